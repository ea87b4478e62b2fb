/**
 * Agents that make previews of links somebody has sent, or that fetch feeds somebody has subscribed to.
 * @module
 */
import { knownAgent as agent, type KnownAgent } from './known-agent.ts'

export const SOCIAL_AGENTS: readonly KnownAgent[] = [
  agent('facebookexternalhit', 'social-preview', 'Meta', { robots: 'facebookexternalhit', ranges: ['meta'] }),
  agent('facebookcatalog', 'social-preview', 'Meta', {
    robots: 'facebookcatalog',
    ranges: ['meta'],
    patterns: ['facebookcatalog'],
  }),
  agent('WhatsApp', 'social-preview', 'Meta', { patterns: ['^WhatsApp'] }),
  agent('Twitterbot', 'social-preview', 'X', { robots: 'Twitterbot' }),
  agent('LinkedInBot', 'social-preview', 'LinkedIn', { robots: 'LinkedInBot' }),
  agent('Pinterestbot', 'social-preview', 'Pinterest', {
    robots: 'Pinterestbot',
    patterns: ['Pinterestbot', 'Pinterest/0.'],
    dns: ['.pinterest.com', '.pinterestcrawler.com'],
  }),
  agent('Slackbot', 'social-preview', 'Slack', {
    robots: 'Slackbot',
    patterns: ['Slackbot', 'Slack-ImgProxy'],
  }),
  agent('Discordbot', 'social-preview', 'Discord', { robots: 'Discordbot' }),
  agent('TelegramBot', 'social-preview', 'Telegram', { robots: 'TelegramBot', patterns: ['TelegramBot'] }),
  agent('SkypeUriPreview', 'social-preview', 'Microsoft'),
  agent('redditbot', 'social-preview', 'Reddit', { robots: 'redditbot' }),
  agent('Bluesky Cardyb', 'social-preview', 'Bluesky', { patterns: ['Cardyb/'] }),
  agent('Mastodon', 'social-preview', '', { patterns: ['Mastodon/'] }),
  agent('Iframely', 'social-preview', 'Iframely', { robots: 'Iframely' }),
  agent('Embedly', 'social-preview', 'Embedly', { robots: 'Embedly' }),
  agent('vkShare', 'social-preview', 'VK'),
  agent('Snap URL Preview Service', 'social-preview', 'Snap'),
  agent('Viber link preview', 'social-preview', 'Rakuten Viber', { patterns: ['^Viber$'] }),
  agent('TumblrBot', 'social-preview', 'Tumblr', { patterns: ['Tumblr/'] }),
]

export const FEED_AGENTS: readonly KnownAgent[] = [
  agent('Feedly', 'feed-reader', 'Feedly', { patterns: ['Feedly/', 'FeedlyBot', 'FeedlyApp'] }),
  agent('Feedbin', 'feed-reader', 'Feedbin'),
  agent('Inoreader', 'feed-reader', 'Innologica', { patterns: ['inoreader'] }),
  agent('NewsBlur', 'feed-reader', 'NewsBlur'),
  agent('FreshRSS', 'feed-reader', '', { patterns: ['FreshRSS/'] }),
  agent('Miniflux', 'feed-reader', '', { patterns: ['Miniflux/'] }),
  agent('Tiny Tiny RSS', 'feed-reader', '', { patterns: ['Tiny Tiny RSS'] }),
  agent('Bloglovin', 'feed-reader', 'Bloglovin'),
  agent('theoldreader.com', 'feed-reader', 'The Old Reader'),
  agent('Flipboard', 'feed-reader', 'Flipboard', { patterns: ['FlipboardProxy', 'FlipboardRSS'] }),
  agent('SimplePie', 'feed-reader', '', { patterns: ['SimplePie/'] }),
  agent('NetNewsWire', 'feed-reader', '', { patterns: ['NetNewsWire'] }),
]
