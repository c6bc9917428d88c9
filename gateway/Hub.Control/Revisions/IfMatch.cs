using Hub.Control.Protocol;
using Microsoft.AspNetCore.Http;

namespace Hub.Control.Revisions;

/// <summary>The revision that a change was decided upon: <c>If-Match: "epoch.number"</c>, so that nobody flips what they have not seen.</summary>
internal static class IfMatch
{
    public static Outcome<RevisionId> Read(HttpContext http)
    {
        var text = http.Request.Headers.IfMatch.ToString().Trim();
        if (text.Length == 0)
        {
            return new Refusal(
                StatusCodes.Status428PreconditionRequired, "This change needs a revision",
                "Send If-Match with the ETag that you decided upon, for example from GET /api/groups, so that a change made meanwhile is not undone unseen. Rollback needs none.");
        }

        return RevisionId.TryParse(text.Trim('"'), out var revision)
            ? revision
            : Refusal.Bad("If-Match is not a revision", $"{text} is not written \"epoch.number\". Send the ETag as it was given.");
    }

    public static Refusal? Stale(RevisionId expected, Wanted current) => expected == current.Revision.Id
        ? null
        : new Refusal(
            StatusCodes.Status412PreconditionFailed, "Something changed meanwhile",
            $"Revision {current.Revision.Id} is in force and you decided upon {expected}. Look again (hub status, hub audit list), then repeat it.");

    public static void SetETag(HttpContext http, RevisionId revision) => http.Response.Headers.ETag = $"\"{revision}\"";
}
