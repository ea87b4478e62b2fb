/** The auth server as a process of its own, for what its CPU time costs. Its options come as JSON. */
import { type AuthServerOptions, startAuthServer } from '../../src/origin/auth-server/start.ts'

const options: AuthServerOptions = JSON.parse(process.argv[2] ?? '')
const server = await startAuthServer(options)
process.on('SIGTERM', () => void server.close())
