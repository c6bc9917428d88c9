using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Diff;

internal sealed class ShowCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _id;

    public ShowCommand(CommandContext context)
        : base(context, "show", "A pair of answers that differ: request, headers and bodies of both sides, secrets and personal data masked.",
            "hub diff show 4b7a1f0c9d2e")
    {
        _id = Word("ID", "The sample's id, as 'hub diff list' shows it.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var diff = await control.Api.GetDiffAsync(parsed.GetRequiredValue(_id), cancellationToken);
        _output.Write(parsed, diff, output => Write(output, diff));
        return CommandLine.Done;
    }

    private void Write(TextWriter output, DiffView diff)
    {
        new Fields
        {
            { "diff", diff.Id },
            { "at", Words.Time(diff.At, Context.Time) },
            { "plane", diff.Plane },
            { "group", diff.Group },
            { "route", diff.Route },
        }.WriteTo(output);
        output.WriteLine();
        var table = new TextTable("FIELD", "STRICT", "EXPECTED", "ACTUAL");
        foreach (var mismatch in diff.Mismatches)
        {
            table.Add(mismatch.Field, mismatch.Strict ? "yes" : null, mismatch.Expected ?? "nothing", mismatch.Actual ?? "nothing");
        }

        table.WriteTo(output);
        output.WriteLine();
        output.WriteLine(diff.Request);
        Write(output, "expected", diff.Expected);
        Write(output, "actual", diff.Actual);
    }

    private static void Write(TextWriter output, string word, AnswerView answer)
    {
        output.WriteLine();
        output.WriteLine($"--- {word}, of {answer.Side}: {(answer.Status == 0 ? "no answer" : $"status {answer.Status}")}");
        foreach (var header in answer.Headers)
        {
            output.WriteLine(header);
        }

        output.WriteLine();
        output.WriteLine(answer.Body);
    }
}
