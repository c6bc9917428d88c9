using System.Collections.Immutable;
using System.Text.Json;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Migration.Verification;

/// <summary><c>hub dataset verify</c>.</summary>
internal static class VerificationEndpoints
{
    private const int MostShown = 100;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/datasets/{name}/verify", VerifyAsync);
        app.MapGet("/api/datasets/{name}/verification", ShowAsync);
        app.MapGet("/api/datasets/{name}/differences", DifferencesAsync);
    }

    private static async Task<Results<Accepted<ImmutableArray<VerificationView>>, ProblemHttpResult>> VerifyAsync(
        string name, VerifyDataset request, MigrationPlane plane, CancellationToken cancellationToken)
    {
        if (plane.FindVerifiers(name, request.Target, out var problem) is not { } verifiers)
        {
            return problem!;
        }

        if (request.Table is { } table && !verifiers.Any(one => one.Parts.Any(part => part.Table.Name == table)))
        {
            return TypedResults.Problem(
                title: $"No target of {name} has a table {table}", detail: $"There are: {string.Join(", ", verifiers.SelectMany(one => one.Parts).Select(part => part.Table.Name).Distinct())}, as New names them.",
                statusCode: StatusCodes.Status404NotFound);
        }

        var wanted = verifiers.Where(one => request.Table is null || one.Parts.Any(part => part.Table.Name == request.Table)).ToList();
        var taken = wanted.Count(one => one.Verifier.Ask(new VerificationRequest(request.Table, request.Repair, request.Personal)));
        return taken == 0
            ? TypedResults.Problem(
                title: $"{name} is being verified", detail: $"One at a time. How far it is: hub dataset verify {name} --show", statusCode: StatusCodes.Status409Conflict)
            : TypedResults.Accepted((string?)null, await ViewsAsync(wanted, cancellationToken));
    }

    private static async Task<Results<Ok<ImmutableArray<VerificationView>>, ProblemHttpResult>> ShowAsync(
        string name, MigrationPlane plane, CancellationToken cancellationToken, string? target = null) =>
        plane.FindVerifiers(name, target, out var problem) is { } verifiers ? TypedResults.Ok(await ViewsAsync(verifiers, cancellationToken)) : problem!;

    private static async Task<Results<Ok<ImmutableArray<DifferenceView>>, ProblemHttpResult>> DifferencesAsync(
        string name, MigrationPlane plane, CancellationToken cancellationToken, string? target = null, string? table = null)
    {
        if (plane.FindVerifiers(name, target, out var problem) is not { } verifiers)
        {
            return problem!;
        }

        var views = ImmutableArray.CreateBuilder<DifferenceView>();
        foreach (var (verifier, parts) in verifiers)
        {
            foreach (var one in parts.Where(one => table is null || one.Table.Name == table))
            {
                views.AddRange((await verifier.DifferencesAsync(one.Name, "", MostShown - views.Count, cancellationToken)).Select(difference => View(verifier.Target, difference)));
            }
        }

        return TypedResults.Ok(views.ToImmutable());
    }

    private static DifferenceView View(string target, StoredDifference difference) => new(
        target, difference.Table, JsonSerializer.Serialize(KeyText.Read(difference.Key).Select(KeyText.Print)), difference.Kind.ToString().ToLowerInvariant(),
        JsonSerializer.Deserialize<ImmutableArray<DifferingColumn>>(difference.Columns, JsonSerializerOptions.Web), difference.FoundAt);

    private static async Task<ImmutableArray<VerificationView>> ViewsAsync(
        IEnumerable<(TargetVerifier Verifier, ImmutableArray<VerifiedPart> Parts)> verifiers, CancellationToken cancellationToken) =>
        [.. await Task.WhenAll(verifiers.Select(one => one.Verifier.ViewAsync(cancellationToken)))];
}
