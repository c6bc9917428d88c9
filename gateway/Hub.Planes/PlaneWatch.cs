using System.Collections.Immutable;

namespace Hub.Planes;

/// <summary>
/// What a plane sees wrong in its own work, a sentence each; <c>hub status</c> shows them. Asked at each report, so it has
/// to be quick; what it throws is told in its place.
/// </summary>
public delegate ImmutableArray<string> PlaneWatch();
