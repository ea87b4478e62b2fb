/** Chromium under Playwright, for tests that press buttons. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { CHROMIUM } from './chromium.ts'

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
]

export function openBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...args] })
}

/** One in whose settings all cookies are blocked, which takes storage away from pages too. */
export async function openWithoutCookies(): Promise<BrowserContext> {
  const profile = await mkdtemp(join(tmpdir(), 'sallyport-profile-'))
  await mkdir(join(profile, 'Default'))
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } }
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(settings))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: false,
    args: [...FLAGS, '--ozone-platform=headless'],
  })
  context.on('close', () => void rm(profile, { recursive: true, force: true, maxRetries: 3 }))
  return context
}

/** The browser that people have, windows and all, on a machine without a screen: nothing in it says that it is driven. */
export function openPeoplesBrowser(): Promise<Browser> {
  const args = [...FLAGS, '--ozone-platform=headless']
  return chromium.launch({ executablePath: CHROMIUM, headless: false, args })
}

/** A page, and what its console says of violated policies and of errors. */
export async function openPage(context: BrowserContext): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // Each answer with 403 is an error to the console.
    if (message.type() === 'error' && !message.text().includes('the server responded with a status of'))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return { page, complaints }
}
