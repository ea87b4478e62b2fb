/** Browsers within apps. */
import { chromium, IPHONE, type RealBrowser, view, WINDOWS, webkit, wv } from './real-browser.ts'

export const APPS: readonly RealBrowser[] = [
  chromium(
    'Instagram, Android',
    {
      system: wv('SM-S918B'),
      products:
        'Version/4.0 Chrome/138.0.7204.63 Mobile Safari/537.36 Instagram 389.0.0.49.87 Android (34/14; 480dpi; 1080x2116; samsung; SM-S918B; dm3q; qcom; de_DE; 756286109)',
      version: 138,
      mobile: true,
      platform: 'Android',
      brand: 'Android WebView',
    },
    view('com.instagram.android'),
  ),
  chromium(
    'Facebook, Android',
    {
      system: wv('Pixel 7'),
      products: 'Version/4.0 Chrome/138.0.7204.63 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/520.0.0.47.102;]',
      version: 138,
      mobile: true,
      platform: 'Android',
      brand: 'Android WebView',
    },
    view('com.facebook.katana'),
  ),
  chromium('WeChat, Android', {
    system: wv('V2309A'),
    products:
      'Version/4.0 Chrome/134.0.6998.136 Mobile Safari/537.36 XWEB/1340129 MMWEBSDK/20250503 MMWEBID/1045 MicroMessenger/8.0.61.2861(0x28003D34) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64',
  }),
  chromium('WeChat, Windows', {
    system: WINDOWS,
    products:
      'Chrome/132.0.0.0 Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090c33) XWEB/14185 Flue',
    version: 132,
  }),
  chromium(
    'UC Browser',
    {
      system: 'Linux; U; Android 13; en-US; CPH2465 Build/TP1A.220905.001',
      products: 'Version/4.0 Chrome/123.0.6312.80 UCBrowser/14.3.1.1310 Mobile Safari/537.36',
    },
    { 'accept-language': 'en-US' },
  ),
  chromium('Mi Browser', {
    system: 'Linux; U; Android 14; de-de; 2312DRA50G Build/UKQ1.230804.001',
    products: 'Version/4.0 Chrome/120.0.6099.144 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.30.2-gn',
  }),
  chromium(
    'DuckDuckGo, Android',
    {
      system: 'Linux; Android 10; K',
      products: 'Version/4.0 Chrome/138.0.0.0 Mobile DuckDuckGo/5 Safari/537.36',
    },
    { 'sec-gpc': '1' },
  ),
  webkit(
    'Facebook, iPhone',
    IPHONE,
    'Mobile/15E148 [FBAN/FBIOS;FBAV/521.0.0.50.97;FBBV/755842105;FBDV/iPhone15,2;FBSV/18.5]',
  ),
  webkit(
    'Instagram, iPhone',
    IPHONE,
    'Mobile/15E148 Instagram 389.0.0.30.82 (iPhone15,2; iOS 18_5; de_DE; de; scale=3.00; 1179x2556; 756214870)',
  ),
  webkit('LinkedIn, iPhone', IPHONE, 'Mobile/15E148 [LinkedInApp]/9.31.1'),
  webkit('Google app, iPhone', IPHONE, 'GSA/375.0.772788104 Mobile/15E148 Safari/604.1'),
  webkit('LINE, iPhone', IPHONE, 'Mobile/15E148 Safari Line/15.9.0'),
  webkit('an app that removes Accept-Language', IPHONE, 'Mobile/15E148', { more: { 'accept-language': '' } }),
]
