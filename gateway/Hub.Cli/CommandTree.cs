using System.CommandLine;
using Hub.Cli.Commands;

namespace Hub.Cli;

/// <summary>All commands of <c>hub</c>, as a list.</summary>
internal static class CommandTree
{
    public static RootCommand Create(CommandContext context) =>
        new("Hub moves a running shop from its monolith to new services, route by route, and back.")
        {
            new StatusCommand(context),
            new Command("group", "Routes that flip together.")
            {
                new Commands.Group.ListCommand(context),
                new Commands.Group.ShowCommand(context),
                new Commands.Group.MirrorCommand(context),
                new Commands.Group.ReadinessCommand(context),
                new Commands.Group.CrawlCommand(context),
                new Commands.Group.ShiftCommand(context),
                new Commands.Group.RollbackCommand(context),
                new Commands.Group.GatesCommand(context),
                new Commands.Group.PlanCommand(context),
            },
            new Command("diff", "Where the answers of both sides differ.")
            {
                new Commands.Diff.ListCommand(context),
                new Commands.Diff.ShowCommand(context),
            },
            new FreezeCommand(context),
            new UnfreezeCommand(context),
            new ExplainCommand(context),
            new Command("dataset", "Tables that move together.")
            {
                new Commands.Dataset.ListCommand(context),
                new Commands.Dataset.ShowCommand(context),
                new Commands.Dataset.PreviewCommand(context),
                new Commands.Dataset.ConnectorCommand(context),
                new Commands.Dataset.PauseCommand(context),
                new Commands.Dataset.ResumeCommand(context),
                new Commands.Dataset.SnapshotCommand(context),
                new Commands.Dataset.VerifyCommand(context),
                new Commands.Dataset.QuarantineCommand(context),
            },
            new Command("order", "Orders on their way through the hub.")
            {
                new Commands.Order.ListCommand(context),
                new Commands.Order.ShowCommand(context),
                new Commands.Order.ShipCommand(context),
                new Commands.Order.CancelCommand(context),
                new Commands.Order.RetryCommand(context),
            },
            new Command("stock", "What there is of each article, and what channels were told.")
            {
                new Commands.Stock.ListCommand(context),
                new Commands.Stock.ShowCommand(context),
                new Commands.Stock.TellCommand(context),
            },
            new Command("deadletter", "Orders' messages and commands that were given up.")
            {
                new Commands.DeadLetter.ListCommand(context),
                new Commands.DeadLetter.ShowCommand(context),
                new Commands.DeadLetter.RetryCommand(context),
                new Commands.DeadLetter.DiscardCommand(context),
            },
            new Command("channel", "Who books the orders of a channel: the hub, or the export that was there before.")
            {
                new Commands.Channel.ListCommand(context),
                new Commands.Channel.HandOverCommand(context),
                new Commands.Channel.HandBackCommand(context),
            },
            new ReconcileCommand(context),
            new Command("connector", "Connections to ERP, CRM, carriers and marketplaces.")
            {
                new Commands.Connector.ListCommand(context),
                new Commands.Connector.ShowCommand(context),
                new Commands.Connector.CheckCommand(context),
                new Commands.Connector.PauseCommand(context),
                new Commands.Connector.ResumeCommand(context),
                new Commands.Connector.PreviewCommand(context),
            },
            new Command("customer", "What is kept of a buyer.")
            {
                new Commands.Customer.EraseCommand(context),
                new Commands.Customer.ExportCommand(context),
            },
            new Command("xref", "Cross references: what each connector's vendor calls the things of shop and channels.")
            {
                new Commands.Xref.ListCommand(context),
                new Commands.Xref.ShowCommand(context),
                new Commands.Xref.SetCommand(context),
                new Commands.Xref.RemoveCommand(context),
                new Commands.Xref.ImportCommand(context),
                new Commands.Xref.ExportCommand(context),
            },
            new Command("audit", "Who did what, from where and why.")
            {
                new Commands.Audit.ListCommand(context),
            },
            new Command("token", "Names and roles that control lets in.")
            {
                new Commands.Token.CreateCommand(context),
                new Commands.Token.ListCommand(context),
                new Commands.Token.RevokeCommand(context),
            },
            new Command("consumer", "Who calls APIs.")
            {
                new Commands.Consumer.ListCommand(context),
                new Commands.Consumer.KeyCommand(context),
            },
            new Command("key", "Keys that New validates customers' identities by.")
            {
                new Commands.Key.ListCommand(context),
                new Commands.Key.RotateCommand(context),
            },
            new InitCommand(context),
            new DiscoverCommand(context),
            new CheckCommand(context),
            new PlanCommand(context),
            new ApplyCommand(context),
            new RunCommand(context),
            new PlayCommand(context),
            new TownCommand(context),
            new Command("docs", "The documents that are made from the code.")
            {
                Hidden = true,
                Subcommands = { new Commands.Docs.CliCommand(context) },
            },
        };
}
