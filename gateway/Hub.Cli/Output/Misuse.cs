using System.CommandLine;
using System.CommandLine.Parsing;

namespace Hub.Cli.Output;

/// <summary>What is wrong with a command line that could not be read, and what to write instead.</summary>
internal static class Misuse
{
    /// <summary>"hub group shift".</summary>
    public static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            names.Push(at is CommandResult { Command: { } command } ? command is RootCommand ? "hub" : command.Name : "");
        }

        return string.Join(' ', names.Where(name => name.Length > 0));
    }

    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var (command, path) = (parsed.CommandResult.Command, Path(parsed));
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            // What follows it is often its value: one word of blame is enough.
            return [Unknown(unknown, command, path)];
        }

        if (command.Subcommands.Count > 0)
        {
            return [$"'{path}' needs a verb: {Names(command.Subcommands)}."];
        }

        var words = command.Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 })
            .Select(argument => $"{argument.Name} is missing: {argument.Description} Write '{path} {argument.Name}'.")
            .Concat(command.Options.Select(option => Of(parsed, option, path)).OfType<string>())
            .ToList();
        return words.Count > 0 ? words : parsed.Errors.Select(error => error.Message);
    }

    private static string Unknown(string word, Command command, string path) => (word, command.Subcommands.Count) switch
    {
        (['-', ..], _) => $"'{word}' is no flag of '{path}'. Its flags: {Names(command.Options.Where(option => !option.Hidden))}.",
        (_, > 0) => $"'{word}' is no command of '{path}'. Its commands: {Names(command.Subcommands.Where(verb => !verb.Hidden))}.",
        _ => $"'{word}' is one word too many for '{path}'. Put a text of several words in quotes.",
    };

    private static string? Of(ParseResult parsed, Option option, string path)
    {
        var (result, name) = (parsed.GetResult(option), $"{option.Name} {option.HelpName}".TrimEnd());
        if (result is null or { Implicit: true })
        {
            return option.Required ? $"{option.Name} is missing: {option.Description} Write '{path} … {name}'." : null;
        }

        if (!parsed.Errors.Any(error => error.SymbolResult == result || error.SymbolResult?.Parent == result))
        {
            return null;
        }

        return result.Tokens switch
        {
            [] => $"{option.Name} needs a value: {option.Description} Write {name}.",
            [var value] => $"{option.Name} {value.Value} is no {Kind(option.ValueType)}: {option.Description} Write {name}.",
            var several => $"{option.Name} stands there {several.Count} times. Write it once.",
        };
    }

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var number when number == typeof(int) => "whole number",
        var number when number == typeof(decimal) || number == typeof(double) => "number",
        var other => other.Name.ToLowerInvariant(),
    };

    private static string Names(IEnumerable<Symbol> symbols) => string.Join(", ", symbols.Select(symbol => symbol.Name));
}
