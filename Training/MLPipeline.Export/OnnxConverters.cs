using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using static TorchSharp.torch;

namespace MLPipeline.Export;

/// <summary>
/// Converters of one export: for a module or method of one's own, of a library's, or of TorchSharp's, in which case they stand before the
/// built-in ones and before an <see cref="OnnxConverterAttribute"/>.
/// </summary>
/// <example><code>
/// var options = new OnnxExportOptions { Converters = { { typeof(MyModule), c => c.Node("Celu", [c.Inputs[0]], ("alpha", 1f)) } } };
/// options.Converters.Add(() => MyOperators.Squash(default!), c => c.Node("Tanh", [c.Inputs[0]]));
/// </code></example>
public sealed class OnnxConverters : IEnumerable<MemberInfo>
{
    private readonly Dictionary<Type, Func<OnnxConversion, IReadOnlyList<string>>> _modules = [];
    private readonly Dictionary<MethodBase, Func<OnnxConversion, IReadOnlyList<string>>> _methods = [];

    /// <summary>Converts calls of a module's <c>forward</c>. A class derived from it is covered unless it overrides <c>forward</c>.</summary>
    /// <param name="module">The module's class.</param>
    /// <param name="convert">Writes the nodes and returns the name of the result.</param>
    /// <exception cref="ArgumentException">It is no module, is an open generic class, or has a converter already.</exception>
    public void Add(Type module, Func<OnnxConversion, string> convert) => AddSeveral(module, c => [convert(c)]);

    /// <summary>Converts calls of a module's <c>forward</c> that gives several tensors.</summary>
    /// <param name="module">The module's class.</param>
    /// <param name="convert">Writes the nodes and returns the names of the results, in order.</param>
    /// <exception cref="ArgumentException">It is no module, is an open generic class, or has a converter already.</exception>
    public void AddSeveral(Type module, Func<OnnxConversion, IReadOnlyList<string>> convert)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(convert);
        if (!typeof(nn.Module).IsAssignableFrom(module))
            throw new ArgumentException($"{module} is no module; to convert a method, write a call of it: Add(() => MyOperators.Squash(default!), ...).", nameof(module));
        if (module.ContainsGenericParameters)
            throw new ArgumentException($"{module} is an open generic class; add each closed one.", nameof(module));
        if (!_modules.TryAdd(module, convert))
            throw new ArgumentException($"{module} has a converter already.", nameof(module));
    }

    /// <summary>Converts calls of a method.</summary>
    /// <param name="call">A call of it, with any arguments: <c>() => MyOperators.Squash(default!)</c>. It does not run.</param>
    /// <param name="convert">Writes the nodes and returns the name of the result.</param>
    /// <exception cref="ArgumentException">The expression is no call, the method can't be recorded, or it has a converter already.</exception>
    public void Add(Expression<Func<object?>> call, Func<OnnxConversion, string> convert) => AddSeveral(call, c => [convert(c)]);

    /// <summary>Converts calls of a method that gives several tensors.</summary>
    /// <param name="call">A call of it, with any arguments. It does not run.</param>
    /// <param name="convert">Writes the nodes and returns the names of the results, in order.</param>
    /// <exception cref="ArgumentException">The expression is no call, the method can't be recorded, or it has a converter already.</exception>
    public void AddSeveral(Expression<Func<object?>> call, Func<OnnxConversion, IReadOnlyList<string>> convert)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(convert);
        var body = call.Body is UnaryExpression { NodeType: ExpressionType.Convert, Operand: var inner } ? inner : call.Body;
        if (body is not MethodCallExpression { Method: var method })
            throw new ArgumentException($"'{call.Body}' is no call of a method; write one, such as () => MyOperators.Squash(default!).", nameof(call));
        if (!method.IsStatic && method.DeclaringType!.IsValueType)
            throw new ArgumentException($"{method.DeclaringType.Name}.{method.Name} is a method of a struct, which can't be recorded; make it static.", nameof(call));
        if (!_methods.TryAdd(method, convert))
            throw new ArgumentException($"{method.DeclaringType!.Name}.{method.Name} has a converter already.", nameof(call));
    }

    /// <summary>The modules and methods that have one.</summary>
    public IEnumerator<MemberInfo> GetEnumerator() => _modules.Keys.Concat<MemberInfo>(_methods.Keys).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The converter of a method.</summary>
    internal Func<OnnxConversion, IReadOnlyList<string>>? Of(MethodBase method) => _methods.GetValueOrDefault(method);

    /// <summary>The converter of a module's class, or of the nearest class it derives from.</summary>
    internal (Type Module, Func<OnnxConversion, IReadOnlyList<string>> Convert)? Of(Type module)
    {
        for (var type = module; type is not null; type = type.BaseType)
        {
            if (_modules.TryGetValue(type, out var convert))
                return (type, convert);
        }

        return null;
    }
}
