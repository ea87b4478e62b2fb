/** A Node application in a process of its own, with the door or without: node proxies-node.ts PORT on|off KEYS */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { guard } from '../../src/origin/node.ts'

const [port, door, keys = ''] = process.argv.slice(2)

function answer(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 5 }).end('hello')
}

const listener =
  door === 'on' ? guard(answer, { keys, authority: `127.0.0.1:${port}`, scheme: 'http' }) : answer
createServer({ keepAliveTimeout: 600_000 }, listener).listen(Number(port), '127.0.0.1')
