using System.Collections.Immutable;
using System.Text.Json;
using Hub.Configuration;
using Hub.Migration.Config;
using Hub.Migration.Mapping;
using Hub.Migration.Mapping.Converting;
using Hub.Migration.Mapping.Joining;

namespace Hub.Migration;

/// <summary>Reads how a table is filled, and adds all that can be seen to be wrong without the databases.</summary>
internal sealed class TableConfigs
{
    private static readonly string[] Parts = ["Where", "Join", "Languages", "PerLanguage"];
    private readonly string _name;
    private readonly TableConfig _config;
    private readonly ConfigNode _node;
    private readonly SourceModel _source;
    private readonly RowMappings? _mappings;
    private readonly List<ConfigProblem> _problems;

    private TableConfigs(string name, TableConfig config, ConfigNode node, SourceModel source, RowMappings? mappings, List<ConfigProblem> problems) =>
        (_name, _config, _node, _source, _mappings, _problems) = (name, config, node, source, mappings, problems);

    public static TableMapping Read(
        string name, TableConfig config, ConfigNode node, SourceModel source, RowMappings? mappings, List<ConfigProblem> problems) =>
        new TableConfigs(name, config, node, source, mappings, problems).Read();

    private TableMapping Read()
    {
        CheckSource(_config.From, _node["From"] ?? _node);
        var columns = _config.Columns.Select(column => Column(column.Key, column.Value, -1, null)).ToList();
        var joins = _config.Join.Select((join, place) => Join(join, _node["Join"]!.Children[place].Node, place, columns)).ToImmutableArray();
        if (_config.PerLanguage is { } perLanguage)
        {
            columns.Add(new ColumnMapping(perLanguage, null, new ColumnConfig(), _source.Zone, ConfigPlace.Of(_node["PerLanguage"]!)) { SaysLanguage = true, Text = "language" });
            if (_config.Languages.Count == 0 || joins.IsEmpty)
            {
                Add(_node["PerLanguage"]!, "PerLanguage needs Languages and a Join", "a row is made for each language from what is joined", "add them, or remove PerLanguage");
            }
        }

        foreach (var twice in columns.GroupBy(column => column.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            Add(_node, $"{twice.Key} of {_name} is filled twice", "only one of the two could count", "take one out");
        }

        return new TableMapping(_name, _config.From, Key(columns), [.. columns])
        {
            Place = ConfigPlace.Of(_node),
            Where = RowFilter.Read(_config.Where, _problems),
            Joins = joins,
            Languages = [.. _config.Languages.Select(pair => (pair.Key, pair.Value))],
            Uses = Uses(columns),
            Personal = Personal(columns),
            Text = string.Concat(Parts.Select(part => _node[part] is { } node ? $";{part}{ConfigText.Of(node)}" : "")),
        };
    }

    private ColumnMapping Column(string name, ConfigNode node, int join, JoinConfig? joined)
    {
        var config = node.Kind is JsonValueKind.String or JsonValueKind.Number ? new ColumnConfig { From = node.Text } : ConfigBinder.Bind<ColumnConfig>(node, _problems);
        var ways = new[] { config.From, config.Constant, config.Use }.Count(way => way is not null);
        if (ways != 1 || (joined is not null && config.From is null))
        {
            Add(node, joined is null ? $"{name} needs either From or Constant, or Use" : $"{name} needs a From", "a value comes from one place", "give one of them");
        }

        if (config.Map.Count > 0 && config.As != Conversion.Value)
        {
            Add(node, $"{name} has both As and Map", "the Map says already what each value becomes", "remove one");
        }

        if (config.As != Conversion.Money && (config.Scale is not null || config.Currency is not null || config.Minor))
        {
            Add(node, $"{name} has {(config.Scale is not null ? "Scale" : config.Currency is not null ? "Currency" : "Minor")} and is no money", "it would be passed over", "say { \"As\": \"money\" }, or remove it");
        }

        if (config.Scale is < 0 or > 10 || (config.Currency is { } currency && (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))))
        {
            Add(node, $"{name} has the {(config.Scale is < 0 or > 10 ? $"Scale {config.Scale}" : $"Currency '{config.Currency}'")}", "decimals are 0 to 10, and a currency is its ISO 4217 code", "correct it");
        }
        else if (config is { Scale: { } scale, Currency: not null } && scale != ConverterBinding.Scale(new ColumnConfig { Currency = config.Currency }))
        {
            Add(node, $"{name} has the Scale {scale}, and {config.Currency} has {ConverterBinding.Scale(new ColumnConfig { Currency = config.Currency })} decimals",
                "one of the two is wrong", "remove one; unit prices with more decimals take the Scale alone");
        }

        if (config.Json is not null && JsonPath.Parse(config.Json) is null)
        {
            Add(node["Json"]!, $"'{config.Json}' is no path", "a part of JSON is named by its way from $", "write \"$.color\", \"$.sizes[0]\" or \"$['shoe size']\"");
        }

        if ((config.Language is not null || config.As == Conversion.Languages) && joined?.Variant is null)
        {
            Add(node, $"{name} is of a language and stands in no Join with a Variant", "only rows that say their language have one", "move it into the Join, and name the Variant");
        }

        if (config.As == Conversion.Languages && _config.Languages.Count == 0)
        {
            Add(node, $"{name} is made of all languages and {_name} has no Languages", "nobody knows what legacy calls them", "add Languages: { \"en\": \"1\" }");
        }

        if (config.Language is { } language && !_config.Languages.ContainsKey(language))
        {
            Add(node["Language"]!, $"'{language}' is not one of the Languages of {_name}", "nobody knows what legacy calls it", "add it to the Languages");
        }

        if (config.Use is { } use && _mappings is not null && _mappings.Find(use) is not { } code)
        {
            Add(node["Use"]!, $"no row mapping is registered as '{use}'", $"the migration plane's host has {(_mappings.Names.Any() ? string.Join(", ", _mappings.Names) : "none")}",
                "register it with services.AddRowMapping, or correct the name");
        }

        return new ColumnMapping(name, config.From, config, _source.Zone, ConfigPlace.Of(node)) { Join = join, Text = ConfigText.Of(node) };
    }

    private JoinMapping Join(JoinConfig config, ConfigNode node, int place, List<ColumnMapping> columns)
    {
        CheckSource(config.Table, node["Table"] ?? node);
        columns.AddRange(config.Columns.Select(column => Column(column.Key, column.Value, place, config)));
        if (config.Table == _config.From)
        {
            Add(node, $"{config.Table} is joined to itself", "a row would be its own part", "map its columns in Columns");
        }

        if (config is { Required: true, Attribute: not null })
        {
            Add(node["Required"]!, "attributes can't be Required", "which of them would count isn't said", "remove it; a column that must not be null takes a Default");
        }

        if (config.Variant is null && config.Prefer.Count > 0)
        {
            Add(node["Prefer"]!, "Prefer needs a Variant", "there is nothing to prefer one by", "name the column that tells language or store, or remove Prefer");
        }

        if (config.Variant is not null && config.Prefer.Count == 0 && _config.PerLanguage is null
            && columns.FirstOrDefault(column => column.Join == place && column.Config is { Language: null, As: not Conversion.Languages }) is { } open)
        {
            Add(node, $"{open.Name} is taken from whichever {config.Variant}", "each row of another language or store would overwrite the one before", "give the column a Language, or the Join a Prefer");
        }

        if (_config.Join.FirstOrDefault(other => other.Table == config.Table) is { } first
            && !first.On.OrderBy(pair => pair.Key, StringComparer.Ordinal).SequenceEqual(config.On.OrderBy(pair => pair.Key, StringComparer.Ordinal)))
        {
            Add(node, $"{config.Table} is joined twice, On different columns", "a kept row belongs to one row here", "join it the same way, or make a table of its own");
        }

        return new JoinMapping(
            config.Table, [.. config.On.Select(pair => (pair.Key, pair.Value))], RowFilter.Read(config.Where, _problems), config.Required, config.Variant,
            [.. config.Prefer], config.Attribute, config.Value, ConfigPlace.Of(node));
    }

    private ImmutableArray<int> Key(List<ColumnMapping> columns)
    {
        var key = ImmutableArray.CreateBuilder<int>();
        foreach (var name in _config.Key)
        {
            var place = columns.FindIndex(candidate => candidate.Name == name);
            if (place < 0)
            {
                Add(_node["Key"]!, $"'{name}' is not one of the Columns of {_name}", "a row couldn't be found by it", "add it to the Columns");
            }
            else if (columns[place].Join >= 0 || columns[place].Use is not null)
            {
                Add(_node["Key"]!, $"'{name}' is {(columns[place].Join >= 0 ? "joined" : "filled by code")}", "a row's key has to come from its own table", $"take a column of {_config.From}");
            }
            else
            {
                key.Add(place);
            }
        }

        return key.ToImmutable();
    }

    private ImmutableDictionary<string, IRowMapping> Uses(List<ColumnMapping> columns)
    {
        var uses = ImmutableDictionary.CreateBuilder<string, IRowMapping>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in columns.Where(column => column.Use is not null).GroupBy(column => column.Use!, StringComparer.OrdinalIgnoreCase))
        {
            if (_mappings?.Find(group.Key) is { } code)
            {
                uses[group.Key] = code;
                var given = group.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
                if (!given.SetEquals(code.Columns))
                {
                    Add(_node["Columns"]!, $"{group.Key} fills {string.Join(", ", code.Columns)}, and {_name} takes {string.Join(", ", given)} of it", "a column would stay empty in silence",
                        "name all of them, and no other");
                }
            }
        }

        return uses.ToImmutable();
    }

    private ImmutableArray<string> Personal(List<ColumnMapping> columns)
    {
        foreach (var name in _config.Personal.Where(name => columns.TrueForAll(column => column.Name != name)))
        {
            Add(_node["Personal"]!, $"'{name}' is not one of the Columns of {_name}", "it would mask nothing", "correct the name");
        }

        return [.. _config.Personal];
    }

    private void CheckSource(string table, ConfigNode node)
    {
        if (table.Length > 0 && !_source.Tables.Contains(table, StringComparer.Ordinal))
        {
            Add(node, $"'{table}' is not one of the dataset's Tables", "only what is captured can be mapped", $"use one of {string.Join(", ", _source.Tables)}, or add it to the Tables");
        }
    }

    private void Add(ConfigNode node, string what, string why, string fix) => _problems.Add(new ConfigProblem(node.Path, node.Line, what, why, fix));
}
