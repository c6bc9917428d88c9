using System.Net;
using Hub.Control.Protocol;

namespace Hub.Cli.Checking.Through;

/// <summary>A probe that was sent through the shop's public address, and what came back.</summary>
/// <param name="Answer">Null: no gateway answered it.</param>
/// <param name="Else">What came in its place.</param>
/// <param name="Status">Of the answer; null: there was none.</param>
/// <param name="Location">Where it was redirected to.</param>
internal sealed record Passage(PassageKind Kind, ProbeAnswer? Answer, string? Else = null, HttpStatusCode? Status = null, Uri? Location = null)
{
    /// <summary>Something answered.</summary>
    public bool Reached => Status is not null;
}

internal enum PassageKind
{
    /// <summary>As somebody without cookies.</summary>
    Plain,

    /// <summary>As a browser that keeps what cookies it is given.</summary>
    WithCookies,

    /// <summary>With forwarded headers of its own making, which nobody may believe.</summary>
    Forged,
}
