using System.CommandLine;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Features;

/// <summary>What a shift and a rollback have in common: <c>--dry-run</c>, <c>--reason</c>, and how the outcome is told.</summary>
internal sealed class FlipFeature(CommandContext context) : CommandFeature
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what it would do; change nothing." };

    private readonly Option<string> _reason = new("--reason")
    {
        Description = "Why; it stays in the audit trail.",
        HelpName = "TEXT",
    };

    public override void AddTo(Command command)
    {
        command.Add(_dryRun);
        command.Add(_reason);
    }

    public bool DryRun(ParseResult parsed) => parsed.GetValue(_dryRun);

    public string? Reason(ParseResult parsed) => parsed.GetValue(_reason);

    public static void Write(TextWriter output, FlipResult result)
    {
        foreach (var change in result.Changes)
        {
            output.WriteLine(change);
        }

        output.WriteLine(result.DryRun
            ? $"nothing was changed (--dry-run); the revision in force is {result.Revision}"
            : $"revision {result.Revision}, served by {Words.Serving(result.Serving)} gateway planes");
        if (result.Purge is { Done: true } purge)
        {
            output.WriteLine($"caches have forgotten it: {string.Join(", ", purge.Caches)}");
        }
    }

    /// <summary>Tells of planes that do not serve it, and says by the exit code whether what was waited for has come.</summary>
    public int Outcome(FlipResult result, bool waited)
    {
        foreach (var silent in result.DryRun || result.Serving.Silent.IsDefault ? [] : result.Serving.Silent)
        {
            context.Error.WriteLine($"hub: {silent}");
        }

        if (result.Purge is { Done: false } purge)
        {
            foreach (var problem in purge.Problems.DefaultIfEmpty($"the caches {string.Join(", ", purge.Caches)} were not told yet; 'hub status' says when they were"))
            {
                context.Error.WriteLine($"hub: {problem}");
            }

            return CommandLine.Failed;
        }

        if (!waited || result.DryRun || result.Acknowledged)
        {
            return CommandLine.Done;
        }

        context.Error.WriteLine(
            $"hub: not acknowledged: {result.Serving.Planes} of {result.Serving.Of} gateway planes serve revision {result.Revision}. "
            + "It stands and the others take it when they can; 'hub status' says which is missing.");
        return CommandLine.Failed;
    }
}
