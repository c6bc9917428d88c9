namespace Hub.Gateway.Pages;

/// <summary>The gateway's own words in one language; <c>{seconds}</c> is when to come again.</summary>
/// <param name="NotTaken">Where what a form sent was not passed on.</param>
/// <param name="Unknown">Where nobody knows whether what a form sent arrived.</param>
internal sealed record PageWords(
    (string Title, string Text) TooMany,
    (string Title, string Text) Waiting,
    (string Title, string Text) Unavailable,
    (string Title, string Text) NotTaken,
    (string Title, string Text) Unknown,
    string Again,
    string Id)
{
    public static PageWords English { get; } = new(
        ("One moment, please", "More requests came from you than the shop takes from one visitor. Please try again in {seconds} seconds."),
        ("The shop is very busy", "You have a place in the queue. This page asks again by itself in {seconds} seconds: please leave it open."),
        ("The shop does not answer just now", "This page asks again by itself in {seconds} seconds."),
        ("Not sent", "The shop takes nothing from you just now, and what you sent was not passed on. Go back in {seconds} seconds and send it again."),
        ("The shop did not answer", "Whether it has what you sent is not known. Look at your cart or your orders before you send it again."),
        "Try again", "If you write to the shop, tell it this number:");

    public static PageWords German { get; } = new(
        ("Einen Moment, bitte", "Von Ihnen kamen mehr Anfragen, als der Shop von einem Besucher annimmt. Bitte versuchen Sie es in {seconds} Sekunden wieder."),
        ("Im Shop ist gerade viel los", "Sie haben einen Platz in der Schlange. Diese Seite fragt in {seconds} Sekunden von selbst wieder an: Bitte lassen Sie sie offen."),
        ("Der Shop antwortet gerade nicht", "Diese Seite fragt in {seconds} Sekunden von selbst wieder an."),
        ("Nicht gesendet", "Der Shop nimmt gerade nichts von Ihnen an, und was Sie gesendet haben, wurde nicht weitergegeben. Gehen Sie in {seconds} Sekunden zurück und senden Sie es noch einmal."),
        ("Der Shop hat nicht geantwortet", "Ob er hat, was Sie gesendet haben, ist nicht bekannt. Sehen Sie in den Warenkorb oder in Ihre Bestellungen, bevor Sie es noch einmal senden."),
        "Noch einmal versuchen", "Wenn Sie dem Shop schreiben, nennen Sie diese Nummer:");

    public static IReadOnlyDictionary<string, PageWords> ByLanguage { get; } =
        new Dictionary<string, PageWords>(StringComparer.OrdinalIgnoreCase) { ["en"] = English, ["de"] = German };
}
