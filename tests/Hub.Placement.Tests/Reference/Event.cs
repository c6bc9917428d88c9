namespace Hub.Placement.Tests.Reference;

/// <summary>Something that happened. The reference placement knows nothing but the list of them, from the beginning.</summary>
internal abstract record Event;

internal sealed record Shifted(string Group, int Share, long Revision) : Event;

internal sealed record RolledBack(string Group, bool Evacuate, long Revision) : Event;

internal sealed record OwnerMoved(string Dataset, Side Side, long Revision) : Event;

/// <summary>A side answered a browser; <paramref name="Revision"/> is what the plane that forwarded it served.</summary>
internal sealed record Answered(int Browser, string Route, Side Side, bool Success, long Revision, long At, bool Unsafe) : Event;

/// <summary>Somebody said at <paramref name="At"/> that New has all that legacy wrote up to <paramref name="UpTo"/>.</summary>
internal sealed record Told(string Dataset, long UpTo, long At) : Event;

internal sealed record Claimed(CustomerKey Key, Side Side, long Revision) : Event;

internal sealed record ClaimEnded(CustomerKey Key) : Event;
