using System.Globalization;

namespace Hub.Cli;

/// <summary>What a plan must have seen at a step, as people type it: <c>2000 requests, 50 orders</c>.</summary>
internal static class PerStep
{
    public static (long Requests, long Orders) Parse(string text)
    {
        var (requests, orders) = (0L, 0L);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var number, var what]
                || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                throw Wrong(text);
            }

            switch (what)
            {
                case "requests" or "request":
                    requests = count;
                    break;
                case "orders" or "order":
                    orders = count;
                    break;
                default:
                    throw Wrong(text);
            }
        }

        return requests + orders > 0 ? (requests, orders) : throw Wrong(text);
    }

    private static UsageException Wrong(string text) =>
        new($"--per-step \"{text}\" is not understood. Write \"2000 requests\", \"50 orders\" or both with a comma between.");
}
