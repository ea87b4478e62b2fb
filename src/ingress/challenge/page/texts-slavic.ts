/**
 * Our pages in Slavic languages.
 * @module
 */
import type { PageTexts } from './page-texts.ts'

const POLISH: PageTexts = {
  lang: 'pl',
  dir: 'ltr',
  title: 'Chwileczkę',
  lead: 'Ta witryna sprawdza przeglądarkę, zanim wpuści dalej. Trwa to kilka sekund i wymaga plików cookie.',
  progress: 'Postęp sprawdzania',
  working: 'Sprawdzanie…',
  done: 'Gotowe. Za chwilę nastąpi przejście.',
  failed: 'Nie udało się.',
  retry: 'Spróbuj ponownie',
  cookies: 'Ta strona wymaga plików cookie. Zezwól na nie w tej witrynie i spróbuj ponownie.',
  wait: 'Bez JavaScriptu: naciśnij przycisk i poczekaj. Odpowiedź potrwa do {seconds} s.',
  go: 'Dalej',
  script:
    'To sprawdzenie wymaga JavaScriptu, który jest wyłączony lub nie został uruchomiony. Włącz go dla tej witryny albo wyślij poniższy numer jej właścicielowi.',
  kept: 'Wysłane dane zostały zachowane i po sprawdzeniu zostaną wysłane ponownie.',
  lost: 'Wysłane dane nie zostały przyjęte. Po sprawdzeniu wyślij je ponownie.',
  widget: 'Wykonaj poniższe sprawdzenie.',
  request: 'Żądanie',
  almost: 'Prawie gotowe',
  resend: 'Sprawdzanie zakończone. Naciśnij przycisk, aby wysłać wprowadzone dane.',
  send: 'Wyślij',
  cleared: 'Sprawdzanie zakończone. Można kontynuować.',
  home: 'Przejdź do witryny',
}

const RUSSIAN: PageTexts = {
  lang: 'ru',
  dir: 'ltr',
  title: 'Одну минуту',
  lead: 'Этот сайт проверяет ваш браузер, прежде чем впустить вас. Это займёт несколько секунд; нужны файлы cookie.',
  progress: 'Ход проверки',
  working: 'Идёт проверка…',
  done: 'Готово. Переходим на сайт.',
  failed: 'Не получилось.',
  retry: 'Попробовать ещё раз',
  cookies: 'Этой странице нужны файлы cookie. Разрешите их для этого сайта и попробуйте ещё раз.',
  wait: 'Без JavaScript: нажмите кнопку и подождите. Ответ займёт до {seconds} с.',
  go: 'Продолжить',
  script:
    'Для проверки нужен JavaScript, который выключен или не запустился. Включите его для этого сайта или отправьте номер, указанный ниже, владельцу сайта.',
  kept: 'Отправленные данные сохранены и после проверки будут отправлены ещё раз.',
  lost: 'Отправленные данные не приняты. Отправьте их ещё раз после проверки.',
  widget: 'Пройдите проверку ниже.',
  request: 'Запрос',
  almost: 'Почти готово',
  resend: 'Проверка пройдена. Нажмите кнопку, чтобы отправить введённые данные.',
  send: 'Отправить',
  cleared: 'Проверка пройдена. Можно продолжать.',
  home: 'На сайт',
}

const UKRAINIAN: PageTexts = {
  lang: 'uk',
  dir: 'ltr',
  title: 'Хвилинку',
  lead: 'Цей сайт перевіряє ваш браузер, перш ніж впустити вас. Це займе кілька секунд; потрібні файли cookie.',
  progress: 'Перебіг перевірки',
  working: 'Триває перевірка…',
  done: 'Готово. Переходимо на сайт.',
  failed: 'Не вдалося.',
  retry: 'Спробувати ще раз',
  cookies: 'Цій сторінці потрібні файли cookie. Дозвольте їх для цього сайту та спробуйте ще раз.',
  wait: 'Без JavaScript: натисніть кнопку й зачекайте. Відповідь займе до {seconds} с.',
  go: 'Продовжити',
  script:
    'Для перевірки потрібен JavaScript, який вимкнено або який не запустився. Увімкніть його для цього сайту або надішліть номер, наведений нижче, власникові сайту.',
  kept: 'Надіслані дані збережено; після перевірки їх буде надіслано ще раз.',
  lost: 'Надіслані дані не прийнято. Надішліть їх ще раз після перевірки.',
  widget: 'Пройдіть перевірку нижче.',
  request: 'Запит',
  almost: 'Майже готово',
  resend: 'Перевірку пройдено. Натисніть кнопку, щоб надіслати введені дані.',
  send: 'Надіслати',
  cleared: 'Перевірку пройдено. Можна продовжувати.',
  home: 'На сайт',
}

const CZECH: PageTexts = {
  lang: 'cs',
  dir: 'ltr',
  title: 'Okamžik',
  lead: 'Tento web před vstupem kontroluje váš prohlížeč. Trvá to několik sekund a vyžaduje soubory cookie.',
  progress: 'Průběh kontroly',
  working: 'Probíhá kontrola…',
  done: 'Hotovo. Za okamžik budete pokračovat.',
  failed: 'Nepodařilo se.',
  retry: 'Zkusit znovu',
  cookies: 'Tato stránka vyžaduje soubory cookie. Povolte je pro tento web a zkuste to znovu.',
  wait: 'Bez JavaScriptu: stiskněte tlačítko a počkejte. Odpověď potrvá nejvýše {seconds} s.',
  go: 'Pokračovat',
  script:
    'Tato kontrola vyžaduje JavaScript, který je vypnutý nebo se nespustil. Zapněte ho pro tento web, nebo pošlete níže uvedené číslo provozovateli webu.',
  kept: 'Co jste právě odeslali, je uloženo a po kontrole se odešle znovu.',
  lost: 'Co jste právě odeslali, nebylo přijato. Po kontrole to prosím odešlete znovu.',
  widget: 'Dokončete prosím kontrolu níže.',
  request: 'Požadavek',
  almost: 'Už to skoro je',
  resend: 'Kontrola je hotová. Stisknutím tlačítka odešlete, co jste zadali.',
  send: 'Odeslat',
  cleared: 'Kontrola je hotová. Můžete pokračovat.',
  home: 'Na web',
}

export const SLAVIC: readonly PageTexts[] = [POLISH, RUSSIAN, UKRAINIAN, CZECH]
