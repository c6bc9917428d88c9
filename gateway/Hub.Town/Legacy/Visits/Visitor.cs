using Hub.Town.Legacy.Carts;

namespace Hub.Town.Legacy.Visits;

/// <summary>Who is at the counter: a session, and who is logged in to it.</summary>
internal sealed record Visitor(long SessionId, long? CustomerId, string? Name, string? Email)
{
    /// <summary>A guest's cart hangs on the session, a customer's on the customer.</summary>
    public CartOwner Cart => CustomerId is null ? new CartOwner(null, SessionId) : new CartOwner(CustomerId, null);
}
