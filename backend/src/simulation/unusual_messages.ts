/**
 * Messages as people and machines send them and as careless programs break on them: markup, quotes,
 * scripts written from right to left, emoji made of several code points, control characters. All of
 * it is text, and must reach the screen as text. 40 to 120 characters each.
 */
export const unusualMessages: readonly string[] = [
  '<script>alert("this is text, not a script")</script> was pasted into the form',
  '<img src=x onerror=alert(1)> posted as a profile picture, shown as plain text',
  '</td></tr></table><h1>Not a heading</h1> in the body of an imported spreadsheet',
  '"><svg onload=alert(document.domain)> found in the name of an uploaded file',
  'javascript:alert(1) was given as a website address & refused by the directory',
  'Template left unfilled by the sender: Hello {{user.firstName}}, ${order.total}, %s, {0}',
  "Robert'); DROP TABLE events;-- signed up for the newsletter, confirmation sent",
  "She said: \"It's 'fine'\", then wrote `rm -rf ./tmp` and C:\\new\\table\\users in the chat",
  '&lt;b&gt;Already escaped once&lt;/b&gt; &amp;amp; arrived like this &#x1F600; &nbsp;',
  'העגלה ננטשה לאחר שלושה ניסיונות תשלום, הלקוח ביקש שיחזרו אליו מחר בבוקר',
  'تم تأكيد الطلب رقم 48213 وسيتم التوصيل خلال يومين إلى العنوان المسجل لدينا',
  'Order (הזמנה 48213) is late, said the courier: "أنا في الطريق" and hung up',
  'Name shown reversed on purpose: \u202Egpj.eciovni\u202C was attached to the ticket',
  '注文番号48213の商品は倉庫から発送されました。到着予定日は明後日の午前中となりますので、今しばらくお待ちください。',
  '결제가 완료되었습니다. 영수증은 등록된 이메일 주소로 발송되며, 문의 사항은 고객센터로 연락해 주세요. 감사합니다!',
  'ลูกค้าขอเปลี่ยนที่อยู่จัดส่งก่อนวันศุกร์ กรุณาตรวจสอบและยืนยันคำสั่งซื้ออีกครั้ง',
  'The family 👨‍👩‍👧‍👦 plan was upgraded 🎉🎉🎉 from 🇵🇹 to 🏴󠁧󠁢󠁳󠁣󠁴󠁿 with 👍🏽 from everyone',
  'Z̸a̷l̶g̵o̴ text: H̷̢̛e̶̡̕l̸̛͔l̵̰̈o̷̜͝ from a user whose keyboard adds many combining marks',
  'Composed é (one code point) and decomposed e\u0301 (two) are not equal byte by byte',
  'A tab\there, a line\nbreak there, and a bell\u0007 that nobody should hear in the log',
  'Zero\u200Bwidth\u200Bspaces, a soft\u00ADhyphen and a no-break\u00A0space are hidden in this line',
  'Line separator\u2028and paragraph separator\u2029are legal in JSON and were not in old scripts',
  'NaN, -0, 1e999, null, undefined, true and [object Object] were typed into the amount field',
  '𝔐𝔞𝔱𝔥𝔢𝔪𝔞𝔱𝔦𝔠𝔞𝔩 letters lie outside the basic plane and take two UTF-16 units each',
];
