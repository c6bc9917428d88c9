using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Control.Planes;

/// <summary>A plane as control knows it; replaced as a whole.</summary>
/// <param name="ApiToken">Empty where it was read from the store and has not connected since.</param>
/// <param name="Connected">Its stream is open.</param>
/// <param name="Store">The store that it shares with other planes; empty where it has one of its own.</param>
/// <param name="Reported">It said itself that it serves <paramref name="Serves"/>; a hello says only what it holds.</param>
internal sealed record PlaneEntry(
    string Name,
    string Role,
    string Version,
    Uri Api,
    string ApiToken,
    RevisionId Serves,
    DateTimeOffset HeardAt,
    DateTimeOffset LeaseUntil,
    ImmutableArray<string> Problems,
    bool Connected,
    bool Reported = false,
    string Store = "")
{
    public bool IsLive(DateTimeOffset now) => LeaseUntil > now;
}
