using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hub.Control;

/// <summary>What is refused, and why, and what to do; told as an RFC 9457 problem.</summary>
internal sealed record Refusal(int Status, string Title, string Detail)
{
    public static Refusal Bad(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);

    public static Refusal NotFound(string title, string detail) => new(StatusCodes.Status404NotFound, title, detail);

    public static Refusal Conflict(string title, string detail) => new(StatusCodes.Status409Conflict, title, detail);

    public ProblemHttpResult ToProblem() => TypedResults.Problem(title: Title, detail: Detail, statusCode: Status);
}

/// <summary>What was asked for, or why it was refused.</summary>
internal readonly record struct Outcome<T>(T Value, Refusal? Refusal)
{
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default!, refusal);

    public Results<Ok<T>, ProblemHttpResult> ToResult() => Refusal is null ? TypedResults.Ok(Value) : Refusal.ToProblem();
}
