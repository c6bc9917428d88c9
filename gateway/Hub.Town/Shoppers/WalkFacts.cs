using System.Collections.Immutable;
using System.Globalization;

namespace Hub.Town.Shoppers;

/// <summary>What a shopper came for.</summary>
public enum WalkKind
{
    /// <summary>Looks around and leaves.</summary>
    Browse,

    /// <summary>Buys without an account.</summary>
    Guest,

    /// <summary>Fills a cart, logs in, goes on, buys, looks at the account and logs out.</summary>
    Customer,

    /// <summary>Buys with the app.</summary>
    App,
}

/// <summary>A step that was answered.</summary>
/// <param name="Side">What the answer's <c>X-Town-Side</c> says: <c>legacy</c>, <c>new</c>, or null.</param>
public sealed record WalkStep(string Name, int Status, string? Side);

/// <summary>What a walk came to. Two walks of one seed, number and kind must agree in their <see cref="Essence"/>.</summary>
/// <param name="LoggedInAs">The name that the shop showed; null for guests.</param>
/// <param name="CartLines">Lines of the cart that was about to be bought.</param>
/// <param name="CartTotal">What it cost then, in EUR.</param>
/// <param name="Order">The number of the order that the shopper saw accepted; null where there is none.</param>
/// <param name="OrderTotal">Its total as the shop confirmed it, in EUR.</param>
/// <param name="SentBack">How often a form was sent back to its page (SAFETY.md 5) and filled in again.</param>
/// <param name="Hiccups">Answers that did not come, or came as 502, 503 or 504; each was asked again or looked up.</param>
/// <param name="Oddities">What a shop must not do: lose a line, charge another price, link to another host.</param>
/// <param name="Broken">Why the walk ended before its end; null where it did not.</param>
public sealed record WalkFacts(
    int Number,
    WalkKind Kind,
    ImmutableArray<WalkStep> Steps,
    string? LoggedInAs,
    int CartLines,
    decimal CartTotal,
    string? Order,
    decimal? OrderTotal,
    int SentBack,
    ImmutableArray<string> Hiccups,
    ImmutableArray<string> Oddities,
    string? Broken)
{
    /// <summary>The sides that answered, <c>legacy</c> and <c>new</c>.</summary>
    public ImmutableSortedSet<string> Sides => [.. from step in Steps where step.Side is not null select step.Side];

    /// <summary>
    /// What must not depend on where requests go: steps with their statuses, who was logged in, the cart, the price of the
    /// order, and what went wrong. Order numbers and sides are not in it.
    /// </summary>
    public string Essence()
    {
        var steps = string.Join(' ', Steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Name}:{step.Status}")));
        return string.Create(CultureInfo.InvariantCulture,
            $"{Kind} as {LoggedInAs ?? "guest"}; cart {CartLines}/{CartTotal:0.00}; order {OrderTotal:0.00}; {steps}; {string.Join(", ", Oddities)}{Broken}");
    }
}
