/**
 * The commands of a checkout, `npm start` and `npm run tour`: they need workerd and are not in the package.
 * @module
 */
import { Command } from 'commander'
import { startCommand } from '../start.ts'
import { tourCommand } from '../tour.ts'

await new Command('sallyport-local')
  .description('Both doors on this machine.')
  .addCommand(startCommand())
  .addCommand(tourCommand())
  .parseAsync()
