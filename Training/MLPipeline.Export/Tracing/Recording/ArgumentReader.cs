using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>Turns the objects a method was called with into arguments.</summary>
internal sealed class ArgumentReader(ValueTable values)
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.NonPublic;
    private static readonly FieldInfo Kind = Field("kind");
    private static readonly FieldInfo Start = Field("startIndexOrBoolOrSingle");
    private static readonly FieldInfo Stop = Field("stopIndex");
    private static readonly FieldInfo Step = Field("step");
    private static readonly FieldInfo IndexTensor = Field("tensor");

    /// <summary>Why arguments read so far can't be used: they hold values that no longer exist.</summary>
    public List<string> Stale { get; } = [];

    /// <summary>Reads one object.</summary>
    public Argument Read(object? item) => item switch
    {
        Tensor tensor => Value(tensor),
        nn.Module module => new Argument.Module(module, module.training, States(module)),
        Scalar scalar => Number(scalar),
        TensorIndex index => Index(index),
        long or int or short or sbyte or byte => Integer(Convert.ToInt64(item)),
        double or float => new Argument.Number(new SymbolicNumber(Convert.ToDouble(item))),
        Size size => List(size.Shape),
        ITuple tuple => List(Enumerable.Range(0, tuple.Length).Select(i => tuple[i])),
        string or Enum => new Argument.Literal(item),
        IEnumerable list => List(list),
        _ => new Argument.Literal(item),
    };

    /// <summary>All tensor values in some arguments.</summary>
    public static IEnumerable<TracedValue> Values(IEnumerable<Argument> arguments) => arguments.SelectMany(a => a switch
    {
        Argument.TensorValue tensor => [tensor.Value],
        Argument.Sequence list => Values(list.Items),
        Argument.Index index => Values(index.Parts),
        Argument.Module module => Values(module.States.Values),
        _ => [],
    });

    /// <summary>Whether an argument is an object that may hold tensors nobody looked for.</summary>
    public static bool IsOpaque(Argument argument) => argument switch
    {
        Argument.Sequence list => list.Items.Any(IsOpaque),
        Argument.Literal { Value: { } value } => value is not (bool or string or Enum or char or Device or Generator or nn.Module or Type)
            && !value.GetType().IsPrimitive && value is not System.Numerics.Complex,
        _ => false,
    };

    private static FieldInfo Field(string name) =>
        typeof(TensorIndex).GetField(name, Fields) ?? throw new MissingFieldException(nameof(TensorIndex), name);

    private Argument.TensorValue Value(Tensor tensor)
    {
        var value = values.Of(tensor);
        if (value.StaleBecause is not null)
            Stale.Add(value.StaleBecause);
        return new Argument.TensorValue(value);
    }

    // A module shared within another has its parameters under several names; the first stands for all.
    private Dictionary<string, Argument.TensorValue> States(nn.Module module)
    {
        var states = new Dictionary<string, Argument.TensorValue>();
        foreach (var (name, parameter) in module.named_parameters())
            states.TryAdd(name, Value(parameter));
        foreach (var (name, buffer) in module.named_buffers())
            states.TryAdd(name, Value(buffer));
        return states;
    }

    private Argument.Sequence List(IEnumerable items) => new([.. items.Cast<object?>().Select(Read)]);

    private static Argument Number(Scalar scalar) => scalar.Type switch
    {
        ScalarType.Bool => new Argument.Literal(scalar.ToBoolean()),
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64 => new Argument.Number(new SymbolicNumber(scalar.ToDouble())),
        ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 => throw new ExportException("A complex number has no counterpart in ONNX."),
        _ => Integer(scalar.ToInt64()),
    };

    // Numbers are doubles here. One that would be rounded stays what it is, and no converter takes it; the largest of all stands for "the end".
    private static Argument Integer(long value) => value == long.MaxValue || (long)(double)value == value
        ? new Argument.Integer(new SymbolicNumber(value))
        : new Argument.Literal(value);

    private Argument.Index Index(TensorIndex index)
    {
        var kind = Kind.GetValue(index)!.ToString()!;
        Argument[] parts = kind switch
        {
            "Slice" => [Read(Start.GetValue(index)), Read(Stop.GetValue(index)), Read(Step.GetValue(index))],
            "Tensor" => [Read(IndexTensor.GetValue(index))],
            _ => [Read(Start.GetValue(index))],
        };
        return new Argument.Index(kind, parts);
    }
}
