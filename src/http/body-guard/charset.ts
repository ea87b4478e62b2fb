/**
 * Character encodings in which bytes below 0x80 are ASCII wherever markup can stand.
 *
 * In others (UTF-16, UTF-7, EBCDIC, ISO-2022-JP) a server reads what a scanner of bytes does not see.
 * @module
 */
const KEEPS_ASCII =
  /^(?:utf-?8|us-ascii|ascii|latin-?1|iso[-_]?8859-\d{1,2}|(?:windows|cp)-?125\d|koi8-[ru]|shift[-_]jis|sjis|windows-31j|euc-(?:jp|kr|tw)|gb2312|gbk|gb18030|big5|tis-620)$/i

export function keepsAscii(name: string): boolean {
  return KEEPS_ASCII.test(name.trim())
}
