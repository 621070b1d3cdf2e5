import { type Operation, type ServiceId, socketAddress } from "../../state/rule.ts";
import { serverOptionsText, serviceOptionsText } from "../ipvsadm/save.ts";

const SERVICE_OPTIONS = { tcp: "-t", udp: "-u", sctp: "--sctp-service" } as const;

/** An operation as `ipvsadm` would be asked for it: "-a -t 192.168.150.100:80 -r …". */
export function operationText(operation: Operation): string {
  switch (operation.kind) {
    case "add-service":
    case "edit-service": {
      const { service, options, kind } = operation;
      const traits = serviceOptionsText(service, options);
      const verb = kind === "add-service" ? "-A" : "-E";
      return `${verb} ${serviceText(service)} -s ${options.scheduler}${traits}`;
    }
    case "delete-service":
      return `-D ${serviceText(operation.service)}`;
    case "add-server":
    case "edit-server": {
      const { service, server, options, kind } = operation;
      const verb = kind === "add-server" ? "-a" : "-e";
      const address = socketAddress(server.address, server.port);
      return `${verb} ${serviceText(service)} -r ${address} ${serverOptionsText(options)}`;
    }
    case "delete-server": {
      const { service, server } = operation;
      return `-d ${serviceText(service)} -r ${socketAddress(server.address, server.port)}`;
    }
    case "clear":
      return "-C";
    case "zero":
      return "-Z";
    case "set-timeouts": {
      const { tcp, tcpFin, udp } = operation.timeouts;
      return `--set ${tcp} ${tcpFin} ${udp}`;
    }
  }
}

function serviceText(id: ServiceId): string {
  if (id.kind === "mark") return `-f ${id.mark}${id.family === 6 ? " -6" : ""}`;
  return `${SERVICE_OPTIONS[id.protocol]} ${socketAddress(id.address, id.port)}`;
}
