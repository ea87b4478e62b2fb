/**
 * Our pages in languages of western Europe.
 * @module
 */
import type { PageTexts } from './page-texts.ts'

export const ENGLISH: PageTexts = {
  lang: 'en',
  dir: 'ltr',
  title: 'One moment',
  lead: 'This site checks your browser before it lets you in. That takes a few seconds and needs cookies.',
  progress: 'Progress of the check',
  working: 'Checking…',
  done: 'Done. You are being let in.',
  failed: 'That did not work.',
  retry: 'Try again',
  cookies: 'This page needs cookies. Allow them for this site, then try again.',
  wait: 'Without JavaScript: press the button, then wait. The answer takes up to {seconds} seconds.',
  go: 'Continue',
  script:
    'This check needs JavaScript, which is off or did not start. Turn it on for this site, or send the number below to the owner of the site.',
  kept: 'What you have just sent is kept and is sent again after the check.',
  lost: 'What you have just sent was not taken. After the check, please send it again.',
  widget: 'Please complete the check below.',
  request: 'Request',
  almost: 'Almost there',
  resend: 'The check is done. Press the button to send what you entered.',
  send: 'Send',
  cleared: 'The check is done. You can go on.',
  home: 'To the site',
}

const GERMAN: PageTexts = {
  lang: 'de',
  dir: 'ltr',
  title: 'Einen Moment',
  lead: 'Diese Website prüft Ihren Browser, bevor sie Sie einlässt. Das dauert einige Sekunden und braucht Cookies.',
  progress: 'Fortschritt der Prüfung',
  working: 'Wird geprüft …',
  done: 'Fertig. Es geht weiter.',
  failed: 'Das hat nicht geklappt.',
  retry: 'Erneut versuchen',
  cookies: 'Diese Seite braucht Cookies. Erlauben Sie sie für diese Website und versuchen Sie es erneut.',
  wait: 'Ohne JavaScript: Drücken Sie die Schaltfläche und warten Sie. Die Antwort dauert bis zu {seconds} Sekunden.',
  go: 'Weiter',
  script:
    'Diese Prüfung braucht JavaScript, das ausgeschaltet ist oder nicht gestartet wurde. Schalten Sie es für diese Website ein oder senden Sie die Nummer unten an den Betreiber der Website.',
  kept: 'Was Sie eben gesendet haben, bleibt erhalten und wird nach der Prüfung erneut gesendet.',
  lost: 'Was Sie eben gesendet haben, wurde nicht angenommen. Bitte senden Sie es nach der Prüfung noch einmal.',
  widget: 'Bitte schließen Sie die Prüfung unten ab.',
  request: 'Anfrage',
  almost: 'Fast geschafft',
  resend: 'Die Prüfung ist bestanden. Drücken Sie die Schaltfläche, um Ihre Eingaben zu senden.',
  send: 'Senden',
  cleared: 'Die Prüfung ist bestanden. Sie können fortfahren.',
  home: 'Zur Website',
}

const FRENCH: PageTexts = {
  lang: 'fr',
  dir: 'ltr',
  title: 'Un instant',
  lead: 'Ce site vérifie votre navigateur avant de vous laisser entrer. Cela prend quelques secondes et nécessite des cookies.',
  progress: 'Progression de la vérification',
  working: 'Vérification en cours…',
  done: 'C’est fait. Vous allez être redirigé.',
  failed: 'Cela n’a pas fonctionné.',
  retry: 'Réessayer',
  cookies: 'Cette page a besoin de cookies. Autorisez-les pour ce site, puis réessayez.',
  wait: 'Sans JavaScript : appuyez sur le bouton, puis patientez. La réponse prend jusqu’à {seconds} secondes.',
  go: 'Continuer',
  script:
    'Cette vérification nécessite JavaScript, qui est désactivé ou n’a pas démarré. Activez-le pour ce site ou envoyez le numéro ci-dessous au responsable du site.',
  kept: 'Ce que vous venez d’envoyer est conservé et sera renvoyé après la vérification.',
  lost: 'Ce que vous venez d’envoyer n’a pas été pris en compte. Veuillez le renvoyer après la vérification.',
  widget: 'Veuillez effectuer la vérification ci-dessous.',
  request: 'Requête',
  almost: 'Presque terminé',
  resend: 'La vérification est réussie. Appuyez sur le bouton pour envoyer votre saisie.',
  send: 'Envoyer',
  cleared: 'La vérification est réussie. Vous pouvez continuer.',
  home: 'Vers le site',
}

const SPANISH: PageTexts = {
  lang: 'es',
  dir: 'ltr',
  title: 'Un momento',
  lead: 'Este sitio comprueba su navegador antes de dejarle entrar. Tarda unos segundos y necesita cookies.',
  progress: 'Progreso de la comprobación',
  working: 'Comprobando…',
  done: 'Listo. Ya puede entrar.',
  failed: 'No ha funcionado.',
  retry: 'Intentar de nuevo',
  cookies: 'Esta página necesita cookies. Permítalas para este sitio e inténtelo de nuevo.',
  wait: 'Sin JavaScript: pulse el botón y espere. La respuesta tarda hasta {seconds} segundos.',
  go: 'Continuar',
  script:
    'Esta comprobación necesita JavaScript, que está desactivado o no se ha iniciado. Actívelo para este sitio o envíe el número de abajo al responsable del sitio.',
  kept: 'Lo que acaba de enviar se conserva y se enviará de nuevo después de la comprobación.',
  lost: 'Lo que acaba de enviar no se ha aceptado. Envíelo de nuevo después de la comprobación.',
  widget: 'Complete la comprobación de abajo.',
  request: 'Solicitud',
  almost: 'Ya casi está',
  resend: 'Comprobación superada. Pulse el botón para enviar lo que ha escrito.',
  send: 'Enviar',
  cleared: 'Comprobación superada. Puede continuar.',
  home: 'Ir al sitio',
}

export const WESTERN: readonly PageTexts[] = [ENGLISH, GERMAN, FRENCH, SPANISH]
