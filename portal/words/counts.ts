/** `2,000`. */
export function printCount(count: number): string {
  return count.toLocaleString('en');
}
