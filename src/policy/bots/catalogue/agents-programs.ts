/**
 * Programs that anybody can run: libraries, command lines, browsers under remote control, scanners. Such a name says
 * what a client is made of, not whose it is, so nothing can confirm it: their `proof` is empty for good. (Cloudflare
 * keeps a list of such names that cannot identify a bot: developers.cloudflare.com/bots/reference/bot-verification.)
 * @module
 */
import { knownAgent as agent, type KnownAgent } from './known-agent.ts'

export const LIBRARY_AGENTS: readonly KnownAgent[] = [
  agent('curl', 'http-library', '', { patterns: ['^curl/', '^curl\\b', ' libcurl/'] }),
  agent('Wget', 'http-library', '', { patterns: ['^Wget'] }),
  agent('python-requests', 'http-library', '', { patterns: ['python-requests'] }),
  agent('Python-urllib', 'http-library', '', { patterns: ['Python-urllib', 'python-urllib3'] }),
  agent('python-httpx', 'http-library', '', { patterns: ['python-httpx'] }),
  agent('aiohttp', 'http-library', '', { patterns: ['aiohttp/'] }),
  agent('Go-http-client', 'http-library', '', {
    patterns: ['Go-http-client', '^Go http package', '^Go 1.1 package http'],
  }),
  agent('okhttp', 'http-library', '', { patterns: ['okhttp/'] }),
  agent('Java', 'http-library', '', { patterns: ['^Java/', '^Java-http-client'] }),
  agent('Apache-HttpClient', 'http-library', '', {
    patterns: ['Apache-HttpClient', 'Jakarta Commons-HttpClient'],
  }),
  agent('axios', 'http-library', '', { patterns: ['^axios/'] }),
  agent('node-fetch', 'http-library', '', { patterns: ['node-fetch', '^node$', '^undici'] }),
  agent('got', 'http-library', '', { patterns: ['^got (', '^got/'] }),
  agent('Deno', 'http-library', '', { patterns: ['^Deno/'] }),
  agent('Bun', 'http-library', '', { patterns: ['^Bun/'] }),
  agent('libwww-perl', 'http-library', '', { patterns: ['libwww-perl', '^lwp-', '^LWP::'] }),
  agent('GuzzleHttp', 'http-library', '', { patterns: ['GuzzleHttp'] }),
  agent('PHP', 'http-library', '', { patterns: ['^PHP/', '^PHP-Curl'] }),
  agent('Dart', 'http-library', '', { patterns: ['^Dart/'] }),
  agent('fasthttp', 'http-library', '', { patterns: ['^fasthttp'] }),
  agent('Ruby', 'http-library', '', { patterns: ['^Ruby$', '^Ruby/', '^Faraday', '^http.rb/', '^Typhoeus'] }),
  agent('reqwest', 'http-library', '', { patterns: ['^reqwest'] }),
  agent('RestSharp', 'http-library', '', { patterns: ['^RestSharp/'] }),
  agent('PostmanRuntime', 'http-library', '', { patterns: ['^PostmanRuntime'] }),
  agent('Insomnia', 'http-library', '', { patterns: ['^insomnia/'] }),
  agent('HTTPie', 'http-library', '', { patterns: ['^HTTPie/', '^xh/'] }),
  agent('Scrapy', 'http-library', '', { robots: 'Scrapy', patterns: ['Scrapy'] }),
  agent('colly', 'http-library', '', { patterns: ['^colly'] }),
]

export const AUTOMATION_AGENTS: readonly KnownAgent[] = [
  agent('HeadlessChrome', 'browser-automation', '', { patterns: ['HeadlessChrome', 'HeadlessEdg'] }),
  agent('PhantomJS', 'browser-automation', '', { patterns: ['PhantomJS'] }),
  agent('Selenium', 'browser-automation', '', { patterns: ['Selenium'] }),
  agent('Playwright', 'browser-automation', '', { patterns: ['Playwright'] }),
  agent('Puppeteer', 'browser-automation', '', { patterns: ['Puppeteer'] }),
  agent('Cypress', 'browser-automation', '', { patterns: ['Cypress/'] }),
]

export const SCANNER_AGENTS: readonly KnownAgent[] = [
  agent('sqlmap', 'scanner', ''),
  agent('Nikto', 'scanner', '', { patterns: ['Nikto'] }),
  agent('Nuclei', 'scanner', '', { patterns: ['Nuclei - Open-source', 'nuclei/'] }),
  agent('Nmap', 'scanner', '', { patterns: ['Nmap Scripting Engine'] }),
  agent('masscan', 'scanner', '', { patterns: ['masscan'] }),
  agent('zgrab', 'scanner', '', { patterns: ['zgrab'] }),
  agent('WPScan', 'scanner', '', { patterns: ['WPScan'] }),
  agent('gobuster', 'scanner', '', { patterns: ['gobuster'] }),
  agent('ffuf', 'scanner', '', { patterns: ['Fuzz Faster U Fool'] }),
  agent('OpenVAS', 'scanner', '', { patterns: ['OpenVAS'] }),
]
