using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class DeadLetterTable
{
    public static TextTable Of(IEnumerable<DeadLetterView> letters, TimeProvider time)
    {
        var table = new TextTable("ID", "AT", "ORDER", "WHAT", "ATTEMPTS", "DONE?", "REASON");
        foreach (var letter in letters)
        {
            table.Add(
                Words.Number(letter.Id), Words.Time(letter.At, time), letter.Key, letter.Kind, Words.Number(letter.Attempts),
                letter.MayHaveHappened ? "maybe" : "no", letter.Reason);
        }

        return table;
    }

    public static Fields Fields(DeadLetterView letter, TimeProvider time) => new()
    {
        { "dead letter", Words.Number(letter.Id) },
        { "order", letter.Key },
        { "what", $"{letter.Kind} ({letter.What})" },
        { "at", Words.Time(letter.At, time) },
        { "attempts", Words.Number(letter.Attempts) },
        { "done?", letter.MayHaveHappened ? "maybe: look at the other system first" : "no" },
        { "reason", letter.Reason },
        { "settled", letter.Settled is null ? null : $"{letter.Settled} {letter.SettledBy}" },
    };
}
