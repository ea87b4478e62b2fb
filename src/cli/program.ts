/**
 * All commands of `sallyport`.
 * @module
 */
import { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { attackCommand } from './attack.ts'
import { bansCommand } from './bans.ts'
import { botsCommand } from './bots.ts'
import { buildCommand } from './build.ts'
import { checkCommand } from './check.ts'
import { diffCommand } from './diff.ts'
import { exitForUsage } from './exit-codes.ts'
import { explainCommand } from './explain.ts'
import { importCommand } from './import.ts'
import { keysCommand } from './keys.ts'
import { originCommand } from './origin.ts'
import { publishCommand } from './publish.ts'
import { replayCommand } from './replay.ts'
import { statusCommand } from './status.ts'
import { testCommand } from './test.ts'

/** Every command; parse it once. */
export function createProgram(): Command {
  return new Command('sallyport')
    .description('An ingress and egress gateway you own: the edge vets and signs, the origin verifies.')
    .version(manifest.version)
    .exitOverride(exitForUsage)
    .addCommand(keysCommand())
    .addCommand(replayCommand())
    .addCommand(buildCommand())
    .addCommand(checkCommand())
    .addCommand(importCommand())
    .addCommand(testCommand())
    .addCommand(explainCommand())
    .addCommand(diffCommand())
    .addCommand(publishCommand())
    .addCommand(statusCommand())
    .addCommand(bansCommand())
    .addCommand(botsCommand())
    .addCommand(attackCommand())
    .addCommand(originCommand())
}
