/**
 * Agents of services for the people who run sites, and of those who keep or study the web.
 * @module
 */
import { knownAgent as agent, type KnownAgent } from './known-agent.ts'

export const SEO_AGENTS: readonly KnownAgent[] = [
  agent('AhrefsBot', 'seo', 'Ahrefs', {
    robots: 'AhrefsBot',
    ranges: ['ahrefsbot'],
    dns: ['.ahrefs.com', '.ahrefs.net'],
  }),
  agent('AhrefsSiteAudit', 'seo', 'Ahrefs', {
    robots: 'AhrefsSiteAudit',
    ranges: ['ahrefsbot'],
    dns: ['.ahrefs.com', '.ahrefs.net'],
  }),
  agent('SemrushBot-OCOB', 'seo', 'Semrush', { robots: 'SemrushBot-OCOB' }),
  agent('SemrushBot-SWA', 'seo', 'Semrush', { robots: 'SemrushBot-SWA' }),
  agent('SemrushBot', 'seo', 'Semrush', { robots: 'SemrushBot', patterns: ['SemrushBot', 'SiteAuditBot'] }),
  agent('MJ12bot', 'seo', 'Majestic', { robots: 'MJ12bot' }),
  agent('DotBot', 'seo', 'Moz', { robots: 'dotbot' }),
  agent('rogerbot', 'seo', 'Moz', { robots: 'rogerbot' }),
  agent('DataForSeoBot', 'seo', 'DataForSEO', { robots: 'DataForSeoBot' }),
  agent('BLEXBot', 'seo', 'WebMeUp', { robots: 'BLEXBot' }),
  agent('SEOkicks', 'seo', 'SEOkicks', { robots: 'SEOkicks' }),
  agent('serpstatbot', 'seo', 'Serpstat', { robots: 'serpstatbot' }),
  agent('Screaming Frog SEO Spider', 'seo', '', { robots: 'Screaming Frog SEO Spider' }),
  agent('Sitebulb', 'seo', 'Sitebulb', { robots: 'Sitebulb' }),
  agent('SISTRIX', 'seo', 'SISTRIX', {
    robots: 'sistrix',
    patterns: ['SISTRIX Crawler', 'SISTRIX Optimizer'],
  }),
  agent('Awario', 'seo', 'Awario', { robots: 'Awario', patterns: ['Awario'] }),
  agent('Barkrowler', 'seo', 'Babbar', { robots: 'Barkrowler' }),
  agent('linkdexbot', 'seo', 'Authoritas', { robots: 'linkdexbot' }),
  agent('proximic', 'advertising', 'Comscore', { robots: 'proximic' }),
  agent('AmazonAdBot', 'advertising', 'Amazon', { robots: 'AmazonAdBot', dns: ['.amazonadbot.com'] }),
  agent('Criteobot', 'advertising', 'Criteo', { robots: 'CriteoBot', patterns: ['CriteoBot/'] }),
  agent('Stripebot', 'other', 'Stripe', { dns: ['.crawl.stripe.com'] }),
]

export const MONITORING_AGENTS: readonly KnownAgent[] = [
  agent('UptimeRobot', 'monitoring', 'UptimeRobot', { patterns: ['UptimeRobot/'] }),
  agent('Pingdom', 'monitoring', 'SolarWinds', {
    patterns: ['Pingdom.com_bot', 'PingdomPageSpeed', 'PingdomTMS'],
    ranges: ['pingdom-v4', 'pingdom-v6'],
  }),
  agent('StatusCake', 'monitoring', 'StatusCake', { ranges: ['statuscake'] }),
  agent('Better Stack', 'monitoring', 'Better Stack', { patterns: ['Better Stack', 'Better Uptime Bot'] }),
  agent('Datadog Synthetics', 'monitoring', 'Datadog', {
    patterns: ['Datadog/Synthetics', 'DatadogSynthetics'],
  }),
  agent('NewRelicPinger', 'monitoring', 'New Relic', { patterns: ['NewRelicPinger'] }),
  agent('Amazon Route 53 Health Check', 'monitoring', 'Amazon', {
    patterns: ['Amazon-Route53-Health-Check-Service', 'Amazon Route 53 Health Check'],
  }),
  agent('GoogleStackdriverMonitoring', 'monitoring', 'Google', {
    patterns: ['GoogleStackdriverMonitoring-UptimeChecks'],
  }),
  agent('Site24x7', 'monitoring', 'Zoho', { patterns: ['Site24x7'] }),
  agent('Uptime-Kuma', 'monitoring', '', { patterns: ['Uptime-Kuma'] }),
  agent('HetrixTools', 'monitoring', 'HetrixTools', { patterns: ['HetrixTools'] }),
  agent('Checkly', 'monitoring', 'Checkly', { patterns: ['Checkly/'] }),
  agent('SentryUptimeBot', 'monitoring', 'Sentry', { ranges: ['sentry-uptime'] }),
  agent('Cloudflare Health Checks', 'monitoring', 'Cloudflare', {
    patterns: ['Cloudflare-Healthchecks', 'Cloudflare-Traffic-Manager'],
  }),
  agent('kube-probe', 'monitoring', '', { patterns: ['^kube-probe/'] }),
  agent('ELB-HealthChecker', 'monitoring', 'Amazon', { patterns: ['ELB-HealthChecker'] }),
  agent('GoogleHC', 'monitoring', 'Google', { patterns: ['GoogleHC/'] }),
  agent("Let's Encrypt validation server", 'monitoring', 'ISRG', {
    patterns: ["Let's Encrypt validation server"],
  }),
]

export const ARCHIVE_AGENTS: readonly KnownAgent[] = [
  agent('archive.org_bot', 'archiver', 'Internet Archive', {
    robots: 'archive.org_bot',
    patterns: ['archive.org_bot', 'special_archiver'],
  }),
  agent('ia_archiver', 'archiver', 'Internet Archive', { robots: 'ia_archiver' }),
  agent('heritrix', 'archiver', '', { patterns: ['heritrix/'] }),
  agent('Arquivo-web-crawler', 'archiver', 'Arquivo.pt', { robots: 'Arquivo-web-crawler' }),
  agent('nicecrawler', 'archiver', 'NiceCrawler', { patterns: ['nicecrawler'] }),
  agent('LCC', 'academic', 'Leipzig Corpora Collection', {
    robots: 'LCC',
    patterns: ['^LCC (', '; LCC/', '^LCC/'],
  }),
  agent('BUbiNG', 'academic', 'University of Milan'),
  agent('SemanticScholarBot', 'academic', 'Allen Institute for AI', { robots: 'SemanticScholarBot' }),
  agent('TurnitinBot', 'academic', 'Turnitin', { robots: 'TurnitinBot' }),
  agent('Linguee Bot', 'academic', 'Linguee', { robots: 'Linguee Bot' }),
  agent('CensysInspect', 'scanner', 'Censys'),
  agent('Expanse', 'scanner', 'Palo Alto Networks', { patterns: ['Expanse, a Palo Alto Networks company'] }),
  agent('InternetMeasurement', 'scanner', 'driftnet.io'),
  agent('netEstate Imprint Crawler', 'other', 'netEstate', { robots: 'netEstate Imprint Crawler' }),
]
