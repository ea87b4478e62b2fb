/** Runs before each test file. */
import fc from 'fast-check'

// What has passed passes again: other cases are for who asks for them, with SALLYPORT_SEED=<number>.
fc.configureGlobal({ seed: Number(process.env.SALLYPORT_SEED ?? 20261123) })
