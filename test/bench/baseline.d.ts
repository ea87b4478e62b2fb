/** The compiled policy of a bench, bundled as a data module. */
declare module '*.bin' {
  const bundle: ArrayBuffer
  export default bundle
}
