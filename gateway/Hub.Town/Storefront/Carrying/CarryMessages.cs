namespace Hub.Town.Storefront.Carrying;

/// <summary>An end of a carry.</summary>
/// <param name="Side"><c>new</c> or <c>legacy</c>.</param>
/// <param name="Key">The customer's key at the hub: whose cart it is at New.</param>
/// <param name="Account">The account's id at legacy: whose cart it is there; null: that of the session.</param>
internal sealed record CarryEnd(string Side, string Key, string? Account)
{
    public bool AtLegacy => Side == "legacy";
}

/// <summary>What the hub asks for: a customer's part of a dataset goes from one side, or key, to another (SAFETY.md 7).</summary>
/// <param name="Id">The same id again is the same carry.</param>
/// <param name="Cookie">The customer's own cookies.</param>
internal sealed record CarryRequest(string Dataset, string Id, CarryEnd From, CarryEnd To, string? Cookie, string? Authorization);

/// <param name="SetCookies">For the client, and for the request that the hub is about to forward.</param>
/// <param name="Lines">How many lines were carried.</param>
internal sealed record CarryAnswer(IReadOnlyList<string> SetCookies, int Lines);

internal enum CarryState
{
    /// <summary>Under way, or interrupted.</summary>
    Open,

    /// <summary>The lines are where they should go.</summary>
    Done,

    /// <summary>The lines are where they came from, for good.</summary>
    Returned,
}

/// <summary>A carry as it is kept.</summary>
/// <param name="Session">Legacy's session of the customer, where they have one.</param>
internal sealed record Carry(
    string Id, CarryEnd From, CarryEnd To, string? Session, CarryState State = CarryState.Open, CarryAnswer? Answer = null)
{
    /// <summary>
    /// Nobody but the client that asked can be told which session the lines went to; when that client has gone, they are of
    /// use only where they came from.
    /// </summary>
    public bool ToNewSession => To is { AtLegacy: true, Account: null } && Session is null;
}
