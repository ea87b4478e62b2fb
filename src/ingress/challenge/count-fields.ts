/**
 * How many fields an urlencoded form has, before it is taken apart.
 * @module
 */

/** Whether there are more than `most`, empty ones too. A parser makes objects of each: content of nothing else is dear. */
export function hasMoreFields(content: string, most: number): boolean {
  let fields = 1
  for (let at = content.indexOf('&'); at !== -1; at = content.indexOf('&', at + 1)) {
    if (++fields > most) return true
  }
  return false
}
