/**
 * The sort of ipvsadm: qsort(3) of glibc before 2.37, a merge sort that halves from the top. It
 * matters which one, because ipvsadm compares by 32-bit differences, which contradict themselves
 * for addresses far apart: of 10.0.0.1, 100.64.0.1 and 192.168.1.1 each comes before the next, and
 * the last before the first. Any sort has some answer then; this is the one that people know.
 */
export function mergeSort<T>(values: readonly T[], compare: (one: T, other: T) => number): T[] {
  if (values.length < 2) return [...values];
  const middle = values.length >> 1;
  const left = mergeSort(values.slice(0, middle), compare);
  const right = mergeSort(values.slice(middle), compare);
  const merged: T[] = [];
  let fromLeft = 0;
  let fromRight = 0;
  while (fromLeft < left.length && fromRight < right.length) {
    if (compare(left[fromLeft]!, right[fromRight]!) <= 0) merged.push(left[fromLeft++]!);
    else merged.push(right[fromRight++]!);
  }
  return [...merged, ...left.slice(fromLeft), ...right.slice(fromRight)];
}
