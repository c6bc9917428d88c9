using Hub.Control.Protocol;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.DeadLetters;

/// <summary><c>/api/deadletters</c>: what was given up, and a person's decision on it (docs/operate/deadletters.md).</summary>
internal static class DeadLetterEndpoints
{
    private const int MostListed = 10_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/deadletters", async (IProcessStore store, CancellationToken cancellationToken, int take = 100) => take is < 1 or > MostListed
            ? Results.Problem(
                title: $"take is {take}", detail: $"It says how many dead letters to list: 1 to {MostListed}.", statusCode: StatusCodes.Status400BadRequest)
            : TypedResults.Ok((await store.GetDeadLettersAsync(take, cancellationToken)).Select(View)));
        api.MapGet("/deadletters/{id:long}", async (long id, IProcessStore store, CancellationToken cancellationToken) =>
            await store.FindDeadLetterAsync(id, cancellationToken) is { } letter
                ? TypedResults.Ok(new DeadLetterDetail(View(letter), letter.Body))
                : None(id));
        api.MapPost("/deadletters/retry", RetryAsync);
        api.MapPost("/deadletters/discard", DiscardAsync);
    }

    private static async Task<IResult> RetryAsync(ChangeDeadLetter request, IProcessStore store, CancellationToken cancellationToken)
    {
        if (await store.FindDeadLetterAsync(request.Id, cancellationToken) is not { } letter)
        {
            return None(request.Id);
        }

        if (letter.Settled is not null)
        {
            return Settled(letter);
        }

        if (letter.Source is DeadLetterSource.Unreadable)
        {
            return Results.Problem(
                title: $"Dead letter {letter.Id} can't be handled again: it is nothing that can be read",
                detail: $"{letter.Reason} Correct it where it came from: the next poll takes it in. Or do it by hand. Then: hub deadletter discard {letter.Id}",
                statusCode: StatusCodes.Status409Conflict);
        }

        if (letter.WaitsForAPerson())
        {
            var resumed = await ParkedOrder.ResumeAsync(store, letter.Key, ParkedOrder.Said(request.By, request.Reason), cancellationToken);
            return resumed is null
                ? Results.Problem(
                    title: $"{letter.Key} does not wait for {letter.Kind} any more",
                    detail: $"It went on by itself or was cancelled: hub order show {letter.Key}. If nothing is left to do: hub deadletter discard {letter.Id}",
                    statusCode: StatusCodes.Status409Conflict)
                : await AnswerAsync(store, letter.Id, cancellationToken);
        }

        return await SettleAsync(store, letter, new DeadLetterSettlement(true, Said(request)), cancellationToken);
    }

    private static async Task<IResult> DiscardAsync(ChangeDeadLetter request, IProcessStore store, CancellationToken cancellationToken) =>
        await store.FindDeadLetterAsync(request.Id, cancellationToken) is { } letter
            ? await SettleAsync(store, letter, new DeadLetterSettlement(false, Said(request)), cancellationToken)
            : None(request.Id);

    private static async Task<IResult> SettleAsync(
        IProcessStore store, DeadLetter letter, DeadLetterSettlement settlement, CancellationToken cancellationToken) =>
        await store.SettleDeadLetterAsync(letter.Id, settlement, cancellationToken)
            ? await AnswerAsync(store, letter.Id, cancellationToken)
            : Settled((await store.FindDeadLetterAsync(letter.Id, cancellationToken))!);

    private static async Task<IResult> AnswerAsync(IProcessStore store, long id, CancellationToken cancellationToken) =>
        TypedResults.Ok(View((await store.FindDeadLetterAsync(id, cancellationToken))!));

    private static string Said(ChangeDeadLetter request) => $"by {request.By}{(request.Reason is { } reason ? $": {reason}" : "")}";

    private static IResult None(long id) => Results.Problem(
        title: $"There is no dead letter {id}", detail: "hub deadletter list shows those that are open.", statusCode: StatusCodes.Status404NotFound);

    private static IResult Settled(DeadLetter letter) => Results.Problem(
        title: $"Dead letter {letter.Id} was {letter.Settled} before", detail: $"{letter.SettledBy} at {letter.SettledAt:u}.", statusCode: StatusCodes.Status409Conflict);

    private static DeadLetterView View(DeadLetter letter) => new(
        letter.Id, letter.Key, letter.Kind,
        letter.Source switch
        {
            DeadLetterSource.Unreadable => "unreadable",
            DeadLetterSource.Message => "message",
            _ => "command",
        },
        letter.At, letter.Reason, letter.Attempts, letter.MayHaveHappened, letter.Settled, letter.SettledBy, letter.SettledAt);
}
