using Hub.Commerce;
using Xunit;

namespace Hub.Connectors.Testing;

/// <summary>Orders to book and to ship: a plain one and those that break what was not thought of.</summary>
public static class SampleOrders
{
    /// <summary>Two teapots of 9.95 EUR, to Berlin.</summary>
    public static Order Plain(string key = "web/10042") => new(
        OrderKey.Parse(key), "10042", new DateTimeOffset(2027, 1, 31, 5, 0, 0, TimeSpan.Zero), new Contact("a@b.example", "A. Buyer"),
        [new OrderLine(Sku.Parse("TS-001"), "Teapot", 2, Money.Parse("9.95 EUR"))], Money.Parse("19.90 EUR"),
        new Address("A. Buyer", "Main 1", "Berlin", "10115", "DE"));

    /// <summary>Names with an emoji of several code points and in Hebrew and Arabic, with marks that turn the direction.</summary>
    public static Order Names(string key) => Plain(key) with
    {
        Buyer = new Contact("a@b.example", "דנה 👩‍👩‍👧 محمد\u200f"),
        Lines = [new OrderLine(Sku.Parse("TS-001"), "إبريق شاي 🫖", 2, Money.Parse("9.95 EUR"))],
        ShipTo = new Address("דנה 👩‍👩‍👧 محمد\u200f", "רחוב הרצל 1", "תל אביב", "6688101", "IL"),
    };

    /// <summary>As many lines, each another article.</summary>
    public static Order Lines(string key, int count) => Plain(key) with
    {
        Lines = [.. Enumerable.Range(1, count).Select(i => new OrderLine(Sku.Parse($"TS-{i:00000}"), $"Article {i}", 1, Money.Parse("0.01 EUR")))],
        Total = new Money(count * 0.01m, "EUR"),
    };

    /// <summary>An order in a currency without decimals (JPY) or with three (KWD).</summary>
    public static Order In(string key, string price)
    {
        var money = Money.Parse(price);
        return Plain(key) with
        {
            Lines = [new OrderLine(Sku.Parse("TS-001"), "Teapot", 1, money)],
            Total = money,
        };
    }

    /// <summary>What is odd about each of <see cref="Odd"/>, for a theory.</summary>
    public static TheoryData<string> OddNames => [.. Odd("web/odd").Keys];

    /// <summary>All that is odd, by what is odd about it, each with the key and a number after it.</summary>
    public static IReadOnlyDictionary<string, Order> Odd(string key) => new Dictionary<string, Order>
    {
        ["emoji and right-to-left names"] = Names($"{key}-1"),
        ["10,000 lines"] = Lines($"{key}-2", 10_000),
        ["a currency without decimals"] = In($"{key}-3", "1990 JPY"),
        ["a currency with three decimals"] = In($"{key}-4", "1.995 KWD"),
        ["the hour that comes twice"] = Plain($"{key}-5") with { PlacedAt = new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.Zero) },
        ["the hour that is left out"] = Plain($"{key}-6") with { PlacedAt = new DateTimeOffset(2026, 3, 29, 1, 30, 0, TimeSpan.Zero) },
        ["free of charge"] = In($"{key}-7", "0.00 EUR"),
    };
}
