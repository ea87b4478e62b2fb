/**
 * Agents of AI companies that collect what models are trained on, and those that collect data to sell on.
 *
 * Names, operators and purposes: the operators' own pages, and the table of ai.robots.txt (MIT) where they have none.
 * @module
 */
import { knownAgent as agent, type KnownAgent } from './known-agent.ts'

export const AI_TRAIN_AGENTS: readonly KnownAgent[] = [
  agent('GPTBot', 'ai-train', 'OpenAI', { robots: 'GPTBot', ranges: ['openai-gptbot'] }),
  agent('ClaudeBot', 'ai-train', 'Anthropic', { robots: 'ClaudeBot' }),
  agent('anthropic-ai', 'ai-train', 'Anthropic', { robots: 'anthropic-ai' }),
  agent('CCBot', 'ai-train', 'Common Crawl Foundation', {
    robots: 'CCBot',
    dns: ['.crawl.commoncrawl.org'],
  }),
  agent('Bytespider', 'ai-train', 'ByteDance', { robots: 'Bytespider' }),
  agent('TikTokSpider', 'ai-train', 'ByteDance', { robots: 'TikTokSpider' }),
  agent('Amazonbot', 'ai-train', 'Amazon', { robots: 'Amazonbot', dns: ['.crawl.amazonbot.amazon'] }),
  agent('meta-externalagent', 'ai-train', 'Meta', { robots: 'meta-externalagent', ranges: ['meta'] }),
  agent('FacebookBot', 'ai-train', 'Meta', { robots: 'FacebookBot', ranges: ['meta'] }),
  agent('GoogleOther-Image', 'ai-train', 'Google', {
    robots: 'GoogleOther-Image',
    ranges: ['googlebot'],
    dns: ['.googlebot.com'],
  }),
  agent('GoogleOther-Video', 'ai-train', 'Google', {
    robots: 'GoogleOther-Video',
    ranges: ['googlebot'],
    dns: ['.googlebot.com'],
  }),
  agent('GoogleOther', 'ai-train', 'Google', {
    robots: 'GoogleOther',
    ranges: ['googlebot'],
    dns: ['.googlebot.com'],
  }),
  agent('AI2Bot', 'ai-train', 'Allen Institute for AI', { robots: 'AI2Bot' }),
  agent('cohere-training-data-crawler', 'ai-train', 'Cohere', { robots: 'cohere-training-data-crawler' }),
  agent('DeepSeekBot', 'ai-train', 'DeepSeek', { robots: 'DeepSeekBot' }),
  agent('PanguBot', 'ai-train', 'Huawei', { robots: 'PanguBot' }),
  agent('ChatGLM-Spider', 'ai-train', 'Zhipu AI', { robots: 'ChatGLM-Spider' }),
  agent('SBIntuitionsBot', 'ai-train', 'SB Intuitions', { robots: 'SBIntuitionsBot' }),
  agent('Cotoyogi', 'ai-train', 'ROIS', { robots: 'Cotoyogi' }),
  agent('ICC-Crawler', 'ai-train', 'NICT', { robots: 'ICC-Crawler' }),
  agent('FriendlyCrawler', 'ai-train', '', { robots: 'FriendlyCrawler' }),
  agent('img2dataset', 'ai-train', '', { robots: 'img2dataset' }),
  agent('LAIONDownloader', 'ai-train', 'LAION', { robots: 'LAIONDownloader' }),
  agent('laion-huggingface-processor', 'ai-train', 'LAION', { robots: 'laion-huggingface-processor' }),
  agent('Kangaroo Bot', 'ai-train', 'Kangaroo LLM', { robots: 'Kangaroo Bot' }),
  agent('Spawning-AI', 'ai-train', 'Spawning', { robots: 'Spawning-AI' }),
  agent('imageSpider', 'ai-train', '', { robots: 'imageSpider' }),
  agent('Factset_spyderbot', 'ai-train', 'FactSet', { robots: 'Factset_spyderbot' }),
  agent('ISSCyberRiskCrawler', 'ai-train', 'ISS-Corporate', { robots: 'ISSCyberRiskCrawler' }),
  agent('VelenPublicWebCrawler', 'ai-train', 'Velen', { robots: 'VelenPublicWebCrawler' }),
  agent('Sidetrade indexer bot', 'ai-train', 'Sidetrade', { robots: 'Sidetrade indexer bot' }),
  agent('Poseidon Research Crawler', 'ai-train', 'Poseidon Research', {
    robots: 'Poseidon Research Crawler',
  }),
  agent('YandexAdditionalBot', 'ai-train', 'Yandex', {
    robots: 'YandexAdditionalBot',
    patterns: ['YandexAdditional'],
    dns: ['.yandex.com', '.yandex.ru', '.yandex.net'],
  }),
  agent('Datenbank Crawler', 'ai-train', 'Datenbank', { robots: 'Datenbank Crawler' }),
  agent('Echobot Bot', 'ai-train', 'Echobox', { robots: 'Echobot Bot', patterns: ['Echobot'] }),
  agent('EchoboxBot', 'ai-train', 'Echobox', { robots: 'EchoboxBot' }),
  agent('MyCentralAIScraperBot', 'ai-train', '', { robots: 'MyCentralAIScraperBot' }),
  agent('NagetBot', 'ai-train', 'Naget', { robots: 'NagetBot' }),
  agent('newsai', 'ai-train', '', { robots: 'newsai', patterns: ['newsai/'] }),
  agent('WARDBot', 'ai-train', 'WEBSPARK', { robots: 'WARDBot' }),
  agent('Timpibot', 'ai-train', 'Timpi', { robots: 'Timpibot' }),
  agent('aiHitBot', 'ai-train', 'aiHit', { robots: 'aiHitBot' }),
]

export const AI_DATA_BROKERS: readonly KnownAgent[] = [
  agent('Diffbot', 'ai-data-broker', 'Diffbot', { robots: 'Diffbot' }),
  agent('omgilibot', 'ai-data-broker', 'Webz.io', { robots: 'omgilibot', patterns: ['omgili'] }),
  agent('webzio-extended', 'ai-data-broker', 'Webz.io', { robots: 'webzio-extended', patterns: ['webzio'] }),
  agent('Brightbot', 'ai-data-broker', 'Bright Data', { robots: 'Brightbot' }),
  agent('FirecrawlAgent', 'ai-data-broker', 'Firecrawl', { robots: 'FirecrawlAgent' }),
  agent('ApifyBot', 'ai-data-broker', 'Apify', { robots: 'ApifyBot' }),
  agent('ApifyWebsiteContentCrawler', 'ai-data-broker', 'Apify', { robots: 'ApifyWebsiteContentCrawler' }),
  agent('Crawlspace', 'ai-data-broker', 'Crawlspace', { robots: 'Crawlspace' }),
  agent('CragCrawler', 'ai-data-broker', 'CragSoftware', { robots: 'CragCrawler' }),
  agent('ImagesiftBot', 'ai-data-broker', 'ImageSift', { robots: 'ImagesiftBot' }),
  agent('Mozilla-Tabstack', 'ai-data-broker', 'Mozilla', { robots: 'Mozilla-Tabstack' }),
  agent('Panscient', 'ai-data-broker', 'Panscient', { robots: 'panscient.com', patterns: ['panscient.com'] }),
  agent('QueritBot', 'ai-data-broker', 'Querit', { robots: 'QueritBot' }),
  agent('Querit-SearchBot', 'ai-data-broker', 'Querit', { robots: 'Querit-SearchBot' }),
  agent('ShapBot', 'ai-data-broker', 'Parallel', { robots: 'ShapBot' }),
  agent('TavilyBot', 'ai-data-broker', 'Tavily', { robots: 'TavilyBot' }),
  agent('TerraCotta', 'ai-data-broker', 'Ceramic AI', {
    robots: 'TerraCotta',
    patterns: ['TerraCotta', 'Terra Cotta'],
  }),
  agent('HenkBot', 'ai-data-broker', '', { robots: 'HenkBot' }),
  agent('Spider Cloud', 'ai-data-broker', 'Spider', {
    robots: 'Spider',
    patterns: ['^Spider/', '; Spider/', '; Spider;'],
  }),
  agent('AIWebIndex', 'ai-data-broker', 'Lyrenth', {
    robots: 'AIWebIndex',
    signature: ['https://lyrenth.com'],
    dns: ['.lyrenth.com'],
  }),
  agent('AgentTimes', 'ai-data-broker', 'The Agent Times', { robots: 'AgentTimes' }),
]
