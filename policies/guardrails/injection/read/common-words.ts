const WORDS =
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by but not what all were we when ' +
  'your can said there use an each which she do how their if will up other about out many then them these so some her would make like ' +
  'him into time has look two more write go see number no way could people my than first been call who its now find long down day did get ' +
  'come made may part over new take only little work know place year me back give most very after thing our just name good sentence say ' +
  'great where help through much before line right too mean old any same tell follow want show also around form three small set put end ' +
  'does another well large must even such because turn here why ask went men read need different home us move try kind hand again change off ' +
  'play spell away point page letter answer found study still learn should world below between never last let keep start every near add ' +
  'own both under always next open begin got those without once everything nothing anything yourself text message reply user please ' +
  'der die und das nicht ist ein eine ich du sie wir mit von auf fur dem den zu es sich alle dir mir ' +
  'le la les des et est une dans que qui pas pour vous tu je sur avec ce tout tous ' +
  'el los las y que en un una por con para no es se lo tu todo todas o os as e do da em um uma nao com ' +
  'il gli di che non per con sono tutto tutte i и в не на что я ты он это все с по как мне тебе ' +
  'nie to jest wszystkie ve bir bu tum de het een van alle niet'

/** Words that most texts of a language have, as they are read: small and without marks. */
export const COMMON_WORDS: ReadonlySet<string> = new Set(WORDS.split(' '))
