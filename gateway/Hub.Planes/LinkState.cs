using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Planes;

/// <summary>Where a link stands; replaced as a whole.</summary>
/// <param name="Wanted">What control wants and this plane took, without the plane's own rollbacks.</param>
/// <param name="Current">The same with them: what requests are placed by.</param>
/// <param name="Serves">What is told to control; it stays behind where a document could not be taken.</param>
/// <param name="Received">The last that control sent, taken or not: control omits a document that it has sent.</param>
/// <param name="LinkProblem">Why the stream ended last.</param>
internal sealed record LinkState(
    Revision? Wanted,
    Revision? Current,
    RevisionId Serves,
    Revision? Received,
    ImmutableArray<string> Problems,
    ImmutableArray<string> DiskProblems,
    string? LinkProblem,
    DateTimeOffset? HeardAt,
    DateTimeOffset? LeaseUntil = null);
