/**
 * Our pages in Portuguese, Italian, Dutch and Turkish.
 * @module
 */
import type { PageTexts } from './page-texts.ts'

const PORTUGUESE: PageTexts = {
  lang: 'pt',
  dir: 'ltr',
  title: 'Um momento',
  lead: 'Este site verifica o seu navegador antes de permitir a entrada. Isso leva alguns segundos e precisa de cookies.',
  progress: 'Progresso da verificação',
  working: 'Verificando…',
  done: 'Pronto. Você já vai entrar.',
  failed: 'Não funcionou.',
  retry: 'Tentar novamente',
  cookies: 'Esta página precisa de cookies. Permita-os para este site e tente novamente.',
  wait: 'Sem JavaScript: pressione o botão e aguarde. A resposta leva até {seconds} segundos.',
  go: 'Continuar',
  script:
    'Esta verificação precisa de JavaScript, que está desativado ou não foi iniciado. Ative-o para este site ou envie o número abaixo ao responsável pelo site.',
  kept: 'O que você acabou de enviar está guardado e será enviado de novo após a verificação.',
  lost: 'O que você acabou de enviar não foi aceito. Após a verificação, envie de novo.',
  widget: 'Conclua a verificação abaixo.',
  request: 'Solicitação',
  almost: 'Quase lá',
  resend: 'Verificação concluída. Pressione o botão para enviar o que você preencheu.',
  send: 'Enviar',
  cleared: 'Verificação concluída. Você pode continuar.',
  home: 'Ir para o site',
}

const ITALIAN: PageTexts = {
  lang: 'it',
  dir: 'ltr',
  title: 'Un momento',
  lead: 'Questo sito controlla il browser prima di farti entrare. Bastano pochi secondi e servono i cookie.',
  progress: 'Avanzamento del controllo',
  working: 'Controllo in corso…',
  done: 'Fatto. Stai per entrare.',
  failed: 'Non ha funzionato.',
  retry: 'Riprova',
  cookies: 'Questa pagina richiede i cookie. Consentili per questo sito e riprova.',
  wait: 'Senza JavaScript: premi il pulsante e attendi. La risposta richiede fino a {seconds} secondi.',
  go: 'Continua',
  script:
    'Questo controllo richiede JavaScript, che è disattivato o non si è avviato. Attivalo per questo sito oppure invia il numero qui sotto al gestore del sito.',
  kept: 'Ciò che hai appena inviato è conservato e sarà inviato di nuovo dopo il controllo.',
  lost: 'Ciò che hai appena inviato non è stato accettato. Invialo di nuovo dopo il controllo.',
  widget: 'Completa il controllo qui sotto.',
  request: 'Richiesta',
  almost: 'Ci siamo quasi',
  resend: 'Controllo superato. Premi il pulsante per inviare ciò che hai inserito.',
  send: 'Invia',
  cleared: 'Controllo superato. Puoi continuare.',
  home: 'Vai al sito',
}

const DUTCH: PageTexts = {
  lang: 'nl',
  dir: 'ltr',
  title: 'Een ogenblik',
  lead: 'Deze site controleert uw browser voordat u verder kunt. Dat duurt enkele seconden en vereist cookies.',
  progress: 'Voortgang van de controle',
  working: 'Bezig met controleren…',
  done: 'Klaar. U gaat nu verder.',
  failed: 'Dat is niet gelukt.',
  retry: 'Opnieuw proberen',
  cookies: 'Deze pagina heeft cookies nodig. Sta ze toe voor deze site en probeer het opnieuw.',
  wait: 'Zonder JavaScript: druk op de knop en wacht. Het antwoord duurt hooguit {seconds} seconden.',
  go: 'Doorgaan',
  script:
    'Deze controle heeft JavaScript nodig, dat uitstaat of niet is gestart. Zet het aan voor deze site of stuur het nummer hieronder naar de beheerder van de site.',
  kept: 'Wat u zojuist hebt verzonden, is bewaard en wordt na de controle opnieuw verzonden.',
  lost: 'Wat u zojuist hebt verzonden, is niet aangenomen. Verzend het na de controle opnieuw.',
  widget: 'Voltooi de controle hieronder.',
  request: 'Verzoek',
  almost: 'Bijna klaar',
  resend: 'De controle is geslaagd. Druk op de knop om te verzenden wat u hebt ingevuld.',
  send: 'Verzenden',
  cleared: 'De controle is geslaagd. U kunt doorgaan.',
  home: 'Naar de site',
}

const TURKISH: PageTexts = {
  lang: 'tr',
  dir: 'ltr',
  title: 'Bir dakika',
  lead: 'Bu site, girmenize izin vermeden önce tarayıcınızı denetler. Bu birkaç saniye sürer ve çerez gerektirir.',
  progress: 'Denetimin ilerlemesi',
  working: 'Denetleniyor…',
  done: 'Tamam. Siteye alınıyorsunuz.',
  failed: 'Bu işe yaramadı.',
  retry: 'Yeniden dene',
  cookies: 'Bu sayfa çerez gerektirir. Bu site için çerezlere izin verip yeniden deneyin.',
  wait: 'JavaScript olmadan: Düğmeye basın ve bekleyin. Yanıt en fazla {seconds} saniye sürer.',
  go: 'Devam et',
  script:
    'Bu denetim JavaScript gerektirir; JavaScript kapalı ya da başlamadı. Bu site için açın veya aşağıdaki numarayı site sahibine gönderin.',
  kept: 'Az önce gönderdikleriniz saklandı ve denetimden sonra yeniden gönderilecek.',
  lost: 'Az önce gönderdikleriniz alınmadı. Lütfen denetimden sonra yeniden gönderin.',
  widget: 'Lütfen aşağıdaki denetimi tamamlayın.',
  request: 'İstek',
  almost: 'Neredeyse bitti',
  resend: 'Denetim tamamlandı. Girdiklerinizi göndermek için düğmeye basın.',
  send: 'Gönder',
  cleared: 'Denetim tamamlandı. Devam edebilirsiniz.',
  home: 'Siteye git',
}

export const SOUTHERN: readonly PageTexts[] = [PORTUGUESE, ITALIAN, DUTCH, TURKISH]
