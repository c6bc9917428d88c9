using System.Collections.Immutable;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hub.Control;

/// <summary>What is refused, and why, and what to do; told as an RFC 9457 problem.</summary>
/// <param name="Held">Gates that hold, as the extension <c>gates</c> of the problem.</param>
internal sealed record Refusal(int Status, string Title, string Detail, ImmutableArray<GateView> Held = default)
{
    public static Refusal Bad(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);

    public static Refusal NotFound(string title, string detail) => new(StatusCodes.Status404NotFound, title, detail);

    public static Refusal Conflict(string title, string detail) => new(StatusCodes.Status409Conflict, title, detail);

    public ProblemHttpResult ToProblem() => TypedResults.Problem(
        title: Title, detail: Detail, statusCode: Status,
        extensions: Held.IsDefaultOrEmpty ? null : new Dictionary<string, object?> { ["gates"] = Held });
}

/// <summary>What was asked for, or why it was refused.</summary>
internal readonly record struct Outcome<T>(T Value, Refusal? Refusal)
{
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default!, refusal);

    public Results<Ok<T>, ProblemHttpResult> ToResult() => Refusal is null ? TypedResults.Ok(Value) : Refusal.ToProblem();
}
