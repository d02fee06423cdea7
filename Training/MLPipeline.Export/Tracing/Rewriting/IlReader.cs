using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>Splits the bytes of a method body into instructions (ECMA-335, partition III).</summary>
internal static class IlReader
{
    private static readonly OpCode[] OneByte = new OpCode[256];
    private static readonly OpCode[] TwoByte = new OpCode[256];

    static IlReader()
    {
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var opCode = (OpCode)field.GetValue(null)!;
            var table = opCode.Size == 1 ? OneByte : TwoByte;
            table[opCode.Value & 0xFF] = opCode;
        }
    }

    /// <summary>The instructions of a body in order.</summary>
    public static List<IlInstruction> Read(byte[] code)
    {
        var instructions = new List<IlInstruction>(code.Length / 2);
        for (var position = 0; position < code.Length;)
        {
            var instruction = ReadOne(code, position);
            instructions.Add(instruction);
            position = instruction.OperandOffset + OperandSize(code, instruction);
        }

        return instructions;
    }

    private static IlInstruction ReadOne(byte[] code, int offset)
    {
        var opCode = code[offset] == 0xFE ? TwoByte[code[offset + 1]] : OneByte[code[offset]];
        var operand = offset + opCode.Size;
        var instruction = new IlInstruction(offset, opCode, operand, 0);
        return instruction.HasToken ? instruction with { Token = BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(operand)) } : instruction;
    }

    private static int OperandSize(byte[] code, IlInstruction instruction) => instruction.OpCode.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(instruction.OperandOffset)),
        _ => 4,
    };
}
