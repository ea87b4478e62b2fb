/**
 * `sallyport origin`: the second door, built into a load balancer, served to it, and tried.
 * @module
 */
import { Command } from 'commander'
import { exitForUsage } from './exit-codes.ts'
import { configCommand } from './origin/config.ts'
import { doctorCommand } from './origin/doctor.ts'
import { haproxyKeysCommand } from './origin/haproxy-keys.ts'
import { serveCommand } from './origin/serve.ts'

export function originCommand(): Command {
  return new Command('origin')
    .description('the second door: configure a load balancer, serve its questions, try the lock')
    .exitOverride(exitForUsage)
    .addCommand(configCommand())
    .addCommand(serveCommand())
    .addCommand(haproxyKeysCommand())
    .addCommand(doctorCommand())
}
