using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Hub.Configuration;

/// <summary>
/// Makes an object of a type out of a part of the config and tells everything that is wrong with it at once: unknown
/// names (with the name that was probably meant), values of a wrong kind, missing ones, and what
/// <see cref="ValidationAttribute"/>s refuse.
/// </summary>
/// <remarks>
/// .NET's own binder passes over unknown names and stops at the first wrong value; a person who writes a config of
/// 2,000 routes needs all of them, with lines.
/// Bound are public properties with a setter (init too) of: string, bool, numbers, <see cref="TimeSpan"/>,
/// <see cref="DateTimeOffset"/>, <see cref="Uri"/>, <see cref="Guid"/>, enums, <see cref="Secret"/>, lists, dictionaries by name, nested
/// classes, and <see cref="ConfigNode"/> itself for a part that another plane reads.
/// </remarks>
public static class ConfigBinder
{
    /// <summary>Binds <paramref name="node"/>; a missing one (null) gives the type's defaults, checked like any other.</summary>
    public static T Bind<T>(ConfigNode? node, List<ConfigProblem> problems)
        where T : class, new() =>
        (T)BindObject(typeof(T), node, problems);

    private static object BindObject(Type type, ConfigNode? node, List<ConfigProblem> problems)
    {
        var instance = Activator.CreateInstance(type)!;
        if (node is { Kind: not JsonValueKind.Object })
        {
            problems.Add(Wrong(node, "an object in braces"));
            return instance;
        }

        var properties = type.GetProperties().Where(property => property.CanWrite).ToDictionary(
            property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, child) in node?.Children ?? [])
        {
            if (!properties.TryGetValue(name, out var property))
            {
                var meant = Spelling.Nearest(name, properties.Keys);
                problems.Add(new ConfigProblem(
                    child.Path, child.Line, $"'{name}' is not known here", "it would be passed over in silence",
                    meant is not null
                        ? $"write '{meant}', or remove it"
                        : $"use one of: {string.Join(", ", properties.Keys.Order())}; or remove it"));
                continue;
            }

            if (child.Kind != JsonValueKind.Null && BindValue(property.PropertyType, child, problems) is { } value)
            {
                property.SetValue(instance, value);
            }
        }

        Validate(instance, properties.Values, node, problems);
        return instance;
    }

    private static object? BindValue(Type type, ConfigNode node, List<ConfigProblem> problems)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(ConfigNode))
        {
            return node;
        }

        if (type != typeof(string) && type.IsGenericType)
        {
            var arguments = type.GetGenericArguments();
            return arguments.Length == 2 ? BindDictionary(arguments[1], node, problems) : BindList(arguments[0], node, problems);
        }

        if (Scalar(type) is { } scalar)
        {
            if (node.Text is { } text && scalar.Parse(text) is { } value)
            {
                return value;
            }

            problems.Add(Wrong(node, scalar.Expected, secret: type == typeof(Secret)));
            return null;
        }

        return BindObject(type, node, problems);
    }

    private static object? BindList(Type item, ConfigNode node, List<ConfigProblem> problems)
    {
        if (node.Kind != JsonValueKind.Array)
        {
            problems.Add(Wrong(node, "a list in brackets"));
            return null;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        foreach (var (_, child) in node.Children)
        {
            if (BindValue(item, child, problems) is { } value)
            {
                list.Add(value);
            }
        }

        return list;
    }

    private static IDictionary? BindDictionary(Type item, ConfigNode node, List<ConfigProblem> problems)
    {
        if (node.Kind != JsonValueKind.Object)
        {
            problems.Add(Wrong(node, "an object in braces"));
            return null;
        }

        var dictionary = (IDictionary)Activator.CreateInstance(
            typeof(Dictionary<,>).MakeGenericType(typeof(string), item), StringComparer.OrdinalIgnoreCase)!;
        foreach (var (name, child) in node.Children)
        {
            if (BindValue(item, child, problems) is { } value)
            {
                dictionary.Add(name, value);
            }
        }

        return dictionary;
    }

    private static (Func<string, object?> Parse, string Expected)? Scalar(Type type)
    {
        var culture = CultureInfo.InvariantCulture;
        if (type.IsEnum)
        {
            // The field's words have blanks ("per customer"); C#'s names have none. Numbers and lists of names, which
            // Enum.TryParse would take, are no words.
            return (text => Array.Find(Enum.GetNames(type), name => name.Equals(
                    text.Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)) is { } name
                    ? Enum.Parse(type, name) : null,
                $"one of {string.Join(", ", Enum.GetNames(type).Select(Words))}");
        }

        return type switch
        {
            _ when type == typeof(string) => (text => text, "a text"),
            _ when type == typeof(bool) => (text => bool.TryParse(text, out var value) ? value : null, "true or false"),
            _ when type == typeof(int) =>
                (text => int.TryParse(text, NumberStyles.Integer, culture, out var value) ? value : null, "a whole number"),
            _ when type == typeof(long) =>
                (text => long.TryParse(text, NumberStyles.Integer, culture, out var value) ? value : null, "a whole number"),
            _ when type == typeof(decimal) =>
                (text => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, culture, out var value) ? value : null, "a number"),
            _ when type == typeof(double) =>
                (text => double.TryParse(text, NumberStyles.Float, culture, out var value) ? value : null, "a number"),
            // Of a mere "30" .NET makes 30 days, where 30 seconds were meant.
            _ when type == typeof(TimeSpan) => (
                text => text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, culture, out var value) ? value : null, "a time span such as \"02:00:00\" (two hours)"),
            _ when type == typeof(DateTimeOffset) => (
                text => DateTimeOffset.TryParse(text, culture, DateTimeStyles.AssumeUniversal, out var value) ? value : null,
                "a time such as \"2027-01-31T06:00:00Z\""),
            _ when type == typeof(Uri) => (
                text => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var value) ? value : null, "an address such as \"http://shop.local\""),
            _ when type == typeof(Guid) => (text => Guid.TryParse(text, out var value) ? value : null, "an id such as \"f64eba74-dacd-4854-a584-1834f68cfc3a\""),
            _ when type == typeof(Secret) => (
                text => Secret.TryParse(text, out var value) ? value : null, "\"env:NAME\" or \"file:PATH\", never the secret itself"),
            _ => null,
        };
    }

    private static void Validate(
        object instance, IEnumerable<PropertyInfo> properties, ConfigNode? node, List<ConfigProblem> problems)
    {
        foreach (var property in properties)
        {
            var given = node?[property.Name];
            var value = property.GetValue(instance);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            {
                var absent = given is null or { Kind: JsonValueKind.Null };
                if (!absent && value is null)
                {
                    continue; // It stands there and could not be bound, which is told already.
                }

                var path = node is null or { Path: "" } ? property.Name : $"{node.Path}.{property.Name}";
                problems.Add(rule is RequiredAttribute
                    ? new ConfigProblem(path, (given ?? node)?.Line ?? 0, $"'{property.Name}' is {(absent ? "missing" : "empty")}",
                        "nothing can stand in for it", $"give '{property.Name}' a value")
                    : new ConfigProblem(path, (given ?? node)?.Line ?? 0, rule.FormatErrorMessage(property.Name).TrimEnd('.'),
                        "the value is outside of what can work", "correct the value"));
            }
        }
    }

    private static string Words(string name) =>
        string.Concat(name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}")).ToLowerInvariant();

    // A literal where a secret belongs must not be printed back.
    private static ConfigProblem Wrong(ConfigNode node, string expected, bool secret = false) => new(
        node.Path, node.Line,
        node.Text is null || secret ? "the value is of a wrong kind" : $"'{node.Text}' is not {expected}",
        $"{expected} is expected here", "correct the value");
}
