using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>A kind of mismatch: the same field of the same route; <c>GET /api/diffs</c>.</summary>
/// <param name="Field">Where: <c>status</c>, <c>header Location</c>, <c>main p.stock</c>, <c>$.lines[*].price</c>.</param>
/// <param name="Strict">Money, stock or status.</param>
/// <param name="Count">How often, since the plane's store was made.</param>
/// <param name="Expected">Of the last one, what the answering side said; personal data is masked.</param>
/// <param name="Actual">What the other side said.</param>
/// <param name="Samples">Ids for <c>hub diff show</c>, the newest first; older ones are gone.</param>
public sealed record DiffKind(
    string Group, string Route, string Field, bool Strict, long Count, DateTimeOffset LastAt, string? Expected, string? Actual,
    ImmutableArray<string> Samples);

/// <summary>A mismatch: <c>GET /api/diffs/{id}</c>.</summary>
/// <param name="Expected">Null: it is not there.</param>
public sealed record MismatchView(string Field, bool Strict, string? Expected, string? Actual);

/// <summary>A pair of answers that differ; secrets and personal data were masked before it was kept.</summary>
/// <param name="Request">The request line and the headers, as the copy had them.</param>
public sealed record DiffView(
    string Id, DateTimeOffset At, string Plane, string Group, string Route, ImmutableArray<MismatchView> Mismatches, string Request,
    AnswerView Expected, AnswerView Actual);

/// <summary>An answer in a pair.</summary>
/// <param name="Side">Who gave it.</param>
/// <param name="Status">0: no answer; the body then says why.</param>
/// <param name="Body">As text, masked; its first 24 KiB.</param>
public sealed record AnswerView(string Side, int Status, ImmutableArray<string> Headers, string Body);
