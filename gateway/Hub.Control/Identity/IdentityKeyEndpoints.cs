using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Identity;

/// <summary><c>hub key list | rotate</c>, and the public keys for whoever validates identities.</summary>
internal static class IdentityKeyEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/keys", (ControlStore store) => TypedResults.Ok(View(store))).Allow(Role.Viewer);
        app.MapPost("/api/keys/rotate", RotateAsync).Allow(Role.Admin);
        app.MapGet(JwkSet.Path, (RevisionLog revisions, TimeProvider time, HttpContext http) =>
        {
            http.Response.Headers.CacheControl = JwkSet.CacheControl;
            return TypedResults.Ok(JwkSet.Of(revisions.Current.Revision.Keys.Identity, time.GetUtcNow()));
        });
    }

    private static async Task<Results<Ok<ImmutableArray<IdentityKeyView>>, ProblemHttpResult>> RotateAsync(
        RotateKey request, RevisionLog revisions, ControlStore store, Caller caller) =>
        await NextAsync(revisions, caller, request.Compromised, request.Reason) is { } refusal
            ? refusal.ToProblem()
            : TypedResults.Ok(View(store));

    /// <summary>A rotation is a revision: planes take it from their stream as they take a flip.</summary>
    internal static async Task<Refusal?> NextAsync(RevisionLog revisions, Caller caller, bool compromised, string? reason)
    {
        var (outcome, _) = await revisions.ChangeAsync<bool>(draft =>
        {
            var before = Signing(draft);
            if (IdentityKeys.Rotate(draft.Connection, draft.Now, compromised) is { } refusal)
            {
                return refusal;
            }

            draft.Touch();
            draft.Audit(caller, "key rotate", compromised ? "identity, all keys" : "identity", reason, before, Signing(draft));
            return true;
        });
        return outcome.Refusal;
    }

    private static string? Signing(RevisionDraft draft) => IdentityKeys.Read(draft.Connection).FirstOrDefault(key => key.Signs)?.Kid;

    private static ImmutableArray<IdentityKeyView> View(ControlStore store)
    {
        using var connection = store.Open();
        return IdentityKeys.View(IdentityKeys.Read(connection));
    }
}
