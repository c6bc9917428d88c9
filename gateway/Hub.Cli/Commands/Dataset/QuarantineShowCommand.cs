using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Dataset;

internal sealed class QuarantineShowCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;
    private readonly Argument<string> _target;
    private readonly Argument<long> _id;

    public QuarantineShowCommand(CommandContext context, Argument<string> dataset)
        : base(context, "show", "One key that waits, with legacy's rows: they may hold personal data.", "hub dataset quarantine catalog show product 12")
    {
        _dataset = dataset;
        _target = Word("TARGET", "The dataset's target.");
        _id = new Argument<long>("ID") { Description = "The entry, as list shows it." };
        Add(_id);
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var entry = await control.Api.GetQuarantinedAsync(
            parsed.GetRequiredValue(_dataset), parsed.GetRequiredValue(_target), parsed.GetRequiredValue(_id), cancellationToken);
        _output.Write(parsed, entry, output => new Fields
        {
            { "table", entry.Table },
            { "key", entry.Key },
            { "reason", entry.Reason },
            { "waits", entry.Waits ? "for other rows; it is tried again by itself" : "for a person" },
            { "changes", Words.Number(entry.Events) },
            { "newest", Words.Time(entry.At, Context.Time) },
            { "before", entry.Before },
            { "after", entry.After },
        }.WriteTo(output));
        return CommandLine.Done;
    }
}
