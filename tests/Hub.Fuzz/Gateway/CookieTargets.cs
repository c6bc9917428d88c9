using System.Text;
using Hub.Gateway.Boundary;
using Hub.Gateway.Customers;
using Hub.Placement;

namespace Hub.Fuzz.Gateway;

/// <summary>The Cookie header that a client sends, and the hub's own cookie in it.</summary>
internal static class CookieTargets
{
    private static readonly byte[] SigningKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>The hub cookie is found wherever it stands and never left in, and the other cookies keep their order.</summary>
    public static FuzzTarget Header { get; } = new(
        "cookie-header",
        header =>
        {
            var without = CookieHeader.Without(header, "hub");

            Assert.Equal(
                Pairs(header).Where(pair => !pair.StartsWith("hub=", StringComparison.Ordinal)),
                Pairs(without ?? ""));
            Assert.True(CookieHeader.Find(without, "hub").IsEmpty);
            Assert.Equal(
                Pairs(header).FirstOrDefault(pair => pair.StartsWith("hub=", StringComparison.Ordinal))?[4..] ?? "",
                CookieHeader.Find(header, "hub").ToString());
        },
        "hub=1", "a=1; hub=2; b=3", "a=1;b=2;hub=3", "hub=1; hub=2; c", ";;hub=1;;", "hubby=2; HUB=3; hub = 4", "a=\"x;hub=1\"");

    /// <summary>What was not signed is no cookie; what is one, is the one that was written.</summary>
    public static FuzzTarget Codec { get; } = new("cookie-codec", Take, Written);

    private static IReadOnlyList<byte[]> Written
    {
        get
        {
            var drawn = HubCookie.Draw();
            return [Encoding.Latin1.GetBytes(HubCookieCodec.Write(drawn, SigningKey)), "AQ"u8.ToArray(), []];
        }
    }

    private static void Take(byte[] input)
    {
        // As a client sends it, and as if a thief had the key: no bytes that we signed may throw either.
        var text = Encoding.Latin1.GetString(input);
        if (HubCookieCodec.Read(text, SigningKey) is { } read)
        {
            Assert.NotEqual(CustomerKey.None, read.Key);
        }

        HubCookieCodec.ReadBody(input);
    }

    private static IEnumerable<string> Pairs(string header) =>
        header.Split(';').Select(pair => pair.Trim(' ')).Where(pair => pair.Length > 0);
}
