#!/usr/bin/env node
/**
 * The `sallyport` command.
 * @module
 */
import { forgiveClosedPipes } from './closed-pipes.ts'
import { createProgram } from './program.ts'

forgiveClosedPipes()
await createProgram().parseAsync()
