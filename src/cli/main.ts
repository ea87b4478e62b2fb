#!/usr/bin/env node
/**
 * The `sallyport` command.
 * @module
 */
import { Command } from 'commander'
import { buildCommand } from './build.ts'
import { keysCommand } from './keys.ts'
import { replayCommand } from './replay.ts'

const program = new Command('sallyport')
  .description('An ingress and egress gateway you own: the edge vets and signs, the origin verifies.')
  .addCommand(keysCommand())
  .addCommand(replayCommand())
  .addCommand(buildCommand())

await program.parseAsync()
