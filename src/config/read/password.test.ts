import assert from "node:assert/strict";
import { test } from "node:test";
import { codesIn, readText } from "../testing/read-text.ts";

function text(authentication: string, lines = ""): string {
  return `vrrp_instance VI {
    interface eth0
    virtual_router_id 51
    ${lines}
    authentication {
      ${authentication}
    }
    virtual_ipaddress {
      10.0.0.100
    }
  }`;
}

function password(authentication: string): string | undefined {
  return readText(text(authentication)).configuration.instances[0]?.password;
}

test("a password is eight bytes at most", () => {
  assert.equal(password("auth_type PASS\nauth_pass 1111"), "1111");
  assert.equal(password("auth_type PASS\nauth_pass 123456789"), "12345678");
  assert.equal(password("auth_type PASS\nauth_pass 1234567é"), "1234567");
});

test("without auth_type PASS there is no password", () => {
  assert.equal(password("auth_pass 1111"), undefined);
  assert.equal(password("auth_type MD5\nauth_pass 1111"), undefined);
  assert.equal(password("auth_type PASS;\nauth_pass 1111"), undefined);
});

test("what cannot be authenticated is found", () => {
  const ignored = ["6 AUTHENTICATION_IGNORED"];
  assert.deepEqual(codesIn(text("auth_type PASS")), ignored);
  assert.deepEqual(codesIn(text("auth_type AH\nauth_pass 1")), ignored);
  assert.deepEqual(codesIn(text("auth_type PASS\nauth_pass 1", "version 3")), ignored);
  assert.deepEqual(codesIn(text("auth_type PASS\nauth_pass 1", "strict_mode")), ignored);
  assert.deepEqual(codesIn(text("auth_type PASS\nauth_pass 1")), []);
});
