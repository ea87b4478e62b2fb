/**
 * Crawlers of search engines, and the other crawlers of the companies that run them.
 *
 * How each can be verified is what its operator documents; an operator that documents nothing has no proof here.
 * @module
 */
import type { AgentDetails } from './known-agent.ts'
import { knownAgent as agent, type KnownAgent } from './known-agent.ts'

// developers.google.com/crawling/docs/crawlers-fetchers/verify-google-requests
// Names below google.com are also those of proxies that fetch what anybody asks for: no common crawler has one.
const GOOGLE_COMMON: AgentDetails = { ranges: ['googlebot'], dns: ['.googlebot.com'] }
const GOOGLE_SPECIAL: AgentDetails = { ranges: ['google-special'], dns: ['.google.com'] }
// Fetchers of Google's customers share names under googleusercontent.com with any rented machine: no DNS proof.
const GOOGLE_FETCHER: AgentDetails = { ranges: ['google-user-triggered', 'google-user-triggered-google'] }
// www.bing.com/webmasters/help/verify-bingbot-2195837f
const BING: AgentDetails = { ranges: ['bingbot'], dns: ['.search.msn.com'] }
// yandex.com/support/webmaster/robot-workings/check-yandex-robots.html
const YANDEX: AgentDetails = { dns: ['.yandex.com', '.yandex.ru', '.yandex.net'] }
const BAIDU: AgentDetails = { dns: ['.baidu.com', '.baidu.jp'] }

export const GOOGLE_AGENTS: readonly KnownAgent[] = [
  agent('Googlebot', 'search-engine', 'Google', { ...GOOGLE_COMMON, robots: 'Googlebot' }),
  agent('Googlebot-Image', 'search-engine', 'Google', { ...GOOGLE_COMMON, robots: 'Googlebot-Image' }),
  agent('Googlebot-News', 'search-engine', 'Google', { ...GOOGLE_COMMON, robots: 'Googlebot-News' }),
  agent('Googlebot-Video', 'search-engine', 'Google', { ...GOOGLE_COMMON, robots: 'Googlebot-Video' }),
  agent('Storebot-Google', 'search-engine', 'Google', { ...GOOGLE_COMMON, robots: 'Storebot-Google' }),
  agent('Google-InspectionTool', 'search-engine', 'Google', {
    ...GOOGLE_COMMON,
    robots: 'Google-InspectionTool',
  }),
  agent('AdsBot-Google-Mobile', 'advertising', 'Google', {
    ...GOOGLE_SPECIAL,
    robots: 'AdsBot-Google-Mobile',
  }),
  agent('AdsBot-Google', 'advertising', 'Google', { ...GOOGLE_SPECIAL, robots: 'AdsBot-Google' }),
  agent('Mediapartners-Google', 'advertising', 'Google', {
    ...GOOGLE_SPECIAL,
    robots: 'Mediapartners-Google',
  }),
  agent('Google-Safety', 'scanner', 'Google', GOOGLE_SPECIAL),
  agent('APIs-Google', 'other', 'Google', { ...GOOGLE_SPECIAL, robots: 'APIs-Google' }),
  agent('FeedFetcher-Google', 'feed-reader', 'Google', GOOGLE_FETCHER),
  agent('Google-Read-Aloud', 'other', 'Google', GOOGLE_FETCHER),
  agent('Google-Site-Verification', 'other', 'Google', GOOGLE_FETCHER),
  agent('GoogleProducer', 'feed-reader', 'Google', GOOGLE_FETCHER),
  agent('Google-CWS', 'other', 'Google', GOOGLE_FETCHER),
  agent('GoogleMessages', 'social-preview', 'Google', { ...GOOGLE_FETCHER, patterns: ['; GoogleMessages'] }),
  agent('Google-Pinpoint', 'other', 'Google', GOOGLE_FETCHER),
  agent('Chrome-Lighthouse', 'seo', 'Google'),
]

export const SEARCH_AGENTS: readonly KnownAgent[] = [
  agent('bingbot', 'search-engine', 'Microsoft', { ...BING, robots: 'bingbot' }),
  agent('BingPreview', 'search-engine', 'Microsoft', { ...BING, patterns: ['BingPreview/'] }),
  agent('MicrosoftPreview', 'social-preview', 'Microsoft', { ...BING, patterns: ['MicrosoftPreview/'] }),
  agent('adidxbot', 'advertising', 'Microsoft', { ...BING, robots: 'adidxbot' }),
  agent('BingVideoPreview', 'search-engine', 'Microsoft', BING),
  agent('msnbot', 'search-engine', 'Microsoft', { ...BING, robots: 'msnbot' }),
  agent('DuckDuckBot', 'search-engine', 'DuckDuckGo', {
    robots: 'DuckDuckBot',
    patterns: ['DuckDuckBot', 'DuckDuckGo-Favicons-Bot'],
    ranges: ['duckduckbot'],
  }),
  // support.apple.com/en-us/119829
  agent('Applebot', 'search-engine', 'Apple', {
    robots: 'Applebot',
    ranges: ['applebot'],
    dns: ['.applebot.apple.com'],
  }),
  agent('YandexBot', 'search-engine', 'Yandex', { ...YANDEX, robots: 'YandexBot' }),
  agent('YandexImages', 'search-engine', 'Yandex', { ...YANDEX, robots: 'YandexImages' }),
  agent('YandexVideo', 'search-engine', 'Yandex', { ...YANDEX, robots: 'YandexVideo' }),
  agent('YandexMobileBot', 'search-engine', 'Yandex', { ...YANDEX, robots: 'YandexMobileBot' }),
  agent('YandexRenderResourcesBot', 'search-engine', 'Yandex', {
    ...YANDEX,
    robots: 'YandexRenderResourcesBot',
  }),
  agent('YandexAccessibilityBot', 'search-engine', 'Yandex', { ...YANDEX, robots: 'YandexAccessibilityBot' }),
  agent('YandexMetrika', 'search-engine', 'Yandex', YANDEX),
  agent('YandexDirect', 'advertising', 'Yandex', { ...YANDEX, robots: 'YandexDirect' }),
  agent('Baiduspider-render', 'search-engine', 'Baidu', { ...BAIDU, robots: 'Baiduspider' }),
  agent('Baiduspider', 'search-engine', 'Baidu', { ...BAIDU, robots: 'Baiduspider' }),
  agent('PetalBot', 'search-engine', 'Huawei', {
    robots: 'PetalBot',
    dns: ['.petalsearch.com', '.aspiegel.com'],
  }),
  agent('SeznamBot', 'search-engine', 'Seznam.cz', { robots: 'SeznamBot', dns: ['.seznam.cz'] }),
  agent('Yahoo! Slurp', 'search-engine', 'Yahoo', {
    robots: 'Slurp',
    patterns: ['Yahoo! Slurp', '\\bSlurp\\b'],
    dns: ['.crawl.yahoo.net'],
  }),
  agent('Yeti', 'search-engine', 'Naver', { robots: 'Yeti', patterns: ['\\bYeti/'] }),
  agent('Bravebot', 'search-engine', 'Brave', { robots: 'Bravebot' }),
  agent('MojeekBot', 'search-engine', 'Mojeek', { robots: 'MojeekBot' }),
  agent('Qwantbot', 'search-engine', 'Qwant', { robots: 'Qwantbot', patterns: ['Qwantify', 'Qwantbot'] }),
  agent('coccocbot-web', 'search-engine', 'Coc Coc', { robots: 'coccocbot', patterns: ['coccocbot'] }),
  agent('Sogou web spider', 'search-engine', 'Sogou', {
    robots: 'Sogou web spider',
    patterns: ['Sogou web spider', 'Sogou inst spider', 'Sogou Pic Spider'],
  }),
  agent('360Spider', 'search-engine', 'Qihoo 360', {
    robots: '360Spider',
    patterns: ['360Spider', 'HaosouSpider'],
  }),
  agent('YisouSpider', 'search-engine', 'Yisou', { robots: 'YisouSpider' }),
  agent('Mail.RU_Bot', 'search-engine', 'VK', { robots: 'Mail.RU_Bot' }),
  agent('Daum', 'search-engine', 'Kakao', { robots: 'Daum', patterns: ['Daum/', 'Daumoa'] }),
  agent('kagibot', 'search-engine', 'Kagi', { robots: 'kagibot' }),
  agent('Exabot', 'search-engine', 'Exalead', { robots: 'Exabot' }),
  agent('Marginalia', 'search-engine', 'Marginalia', {
    robots: 'search.marginalia.nu',
    patterns: ['search.marginalia.nu'],
  }),
  agent('GeedoProductSearch', 'search-engine', 'Geedo', { ranges: ['geedobot'], dns: ['.geedo.com'] }),
  agent('OpenSearch Owler', 'search-engine', 'OpenWebSearch.eu', {
    robots: 'Owler',
    patterns: ['Owler@', 'Owler/', 'OWLer'],
  }),
]
